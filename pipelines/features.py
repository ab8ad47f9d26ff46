"""The entry point `features` of MLproject."""

from lealtad.base.job import command
from lealtad.jobs.features import features

if __name__ == "__main__":
    command(features)
