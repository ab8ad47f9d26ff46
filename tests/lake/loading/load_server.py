"""Starts loads in processes of their own, quickly: it has imported everything, and forks for each.

Polars starts its threads at its first work, which therefore happens in the children alone. Each line on stdin is
`loaded_at lake folder`; the answers are the child's process id, and later how it ended.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import deltalake
import pyarrow.parquet

import lealtad.lake.draft
from lealtad.base.errors import BusyError
from lealtad.lake.loading import load
from lealtad.sources import open_source

assert deltalake
assert pyarrow.parquet
BUSY = 75


def loaded(at: str, lake: str, folder: str) -> None:
    lealtad.lake.draft.count_buckets = lambda _: 2
    load(Path(lake), open_source(folder), loaded_at=datetime.fromisoformat(at).replace(tzinfo=UTC), reject_limit=1)


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            try:
                loaded(*line.split())
            except BusyError:
                os._exit(BUSY)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
