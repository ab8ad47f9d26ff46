"""The entry point `kpis` of MLproject."""

from lealtad.base.job import command
from lealtad.jobs.kpis import kpis

if __name__ == "__main__":
    command(kpis)
