"""The entry point `listen` of MLproject."""

from lealtad.base.job import run_command
from lealtad.jobs.listen import listen

if __name__ == "__main__":
    run_command(listen)
