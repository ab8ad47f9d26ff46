"""The entry point `recommend` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.recommend import recommend

if __name__ == "__main__":
    run_command(recommend)
