"""The entry point `main` of MLproject."""

from lealtad.base.job import command
from lealtad.jobs.demo import demo

if __name__ == "__main__":
    command(demo)
