"""The entry point `promote` of MLproject."""

from lealtad.base.job import command
from lealtad.jobs.promote import promote

if __name__ == "__main__":
    command(promote)
