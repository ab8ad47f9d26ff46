"""The entry point `monitor` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.monitor import monitor

if __name__ == "__main__":
    run_command(monitor)
