"""The entry point `main` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.demo import demo

if __name__ == "__main__":
    run_command(demo)
