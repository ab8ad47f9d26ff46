"""The entry point `score` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.score import score

if __name__ == "__main__":
    run_command(score)
