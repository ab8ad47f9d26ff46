"""The entry point `features` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.features import features

if __name__ == "__main__":
    run_command(features)
