"""The entry point `train` of MLproject."""

from lealtad.base.job import command
from lealtad.jobs.train import train

if __name__ == "__main__":
    command(train)
