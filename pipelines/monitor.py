"""The entry point `monitor` of MLproject."""

from lealtad.base.job import command
from lealtad.jobs.monitor import monitor

if __name__ == "__main__":
    command(monitor)
