"""The entry point `train` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.train import train

if __name__ == "__main__":
    run_command(train)
