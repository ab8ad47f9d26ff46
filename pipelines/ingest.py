"""The entry point `ingest` of MLproject."""

from lealtad.base.job import command
from lealtad.jobs.ingest import ingest

if __name__ == "__main__":
    command(ingest)
