"""The entry point `drivers` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.drivers import drivers

if __name__ == "__main__":
    run_command(drivers)
