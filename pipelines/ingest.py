"""The entry point `ingest` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.ingest import ingest

if __name__ == "__main__":
    run_command(ingest)
