"""The entry point `worklist` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.worklist import worklist

if __name__ == "__main__":
    run_command(worklist)
