"""The entry point `promote` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.promote import promote

if __name__ == "__main__":
    run_command(promote)
