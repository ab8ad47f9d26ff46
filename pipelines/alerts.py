"""The entry point `alerts` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.alerts import alerts

if __name__ == "__main__":
    run_command(alerts)
