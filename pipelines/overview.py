"""The entry point `overview` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.overview import overview

if __name__ == "__main__":
    run_command(overview)
