"""The entry point `kpis` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.kpis import kpis

if __name__ == "__main__":
    run_command(kpis)
