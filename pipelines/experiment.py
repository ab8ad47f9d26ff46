"""The entry point `experiment` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.experiment import experiment

if __name__ == "__main__":
    run_command(experiment)
