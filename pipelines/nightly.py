"""The entry point `nightly` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.nightly import nightly

if __name__ == "__main__":
    run_command(nightly)
