"""The entry point `feeds` of MLproject."""

from lealtad.base.job import command
from lealtad.jobs.feeds import feeds

if __name__ == "__main__":
    command(feeds)
