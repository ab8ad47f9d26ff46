"""The entry point `outcomes` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.outcomes import outcomes

if __name__ == "__main__":
    run_command(outcomes)
