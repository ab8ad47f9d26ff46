"""The entry point `nightly` of MLproject."""

from lealtad.base.job import command
from lealtad.jobs.nightly import nightly

if __name__ == "__main__":
    command(nightly)
