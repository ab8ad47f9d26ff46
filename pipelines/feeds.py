"""The entry point `feeds` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.feeds import feeds

if __name__ == "__main__":
    run_command(feeds)
