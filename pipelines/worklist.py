"""The entry point `worklist` of MLproject."""

from lealtad.base.job import command
from lealtad.jobs.worklist import worklist

if __name__ == "__main__":
    command(worklist)
