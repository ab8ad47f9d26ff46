"""Answers lines on stdin, each in a forked child, so that what is imported once serves many."""

import os
import sys
from collections.abc import Callable


def answer_lines(run: Callable[[str], int]) -> None:
    """Write the process id of the child that runs each line, and its exit code when it has ended.

    Libraries start their threads at their first work, which therefore happens in the children alone.
    """
    for line in sys.stdin:
        child = os.fork()
        if not child:
            code = run(line)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
