"""Starts loads in processes of their own, quickly: it has imported everything, and forks for each.

Polars starts its threads at its first work, which therefore happens in the children alone. Each line on stdin is
`loaded_at lake folder`; the answers are the child's process id, and later how it ended.
"""

from datetime import UTC, datetime
from pathlib import Path

import deltalake
import pyarrow.parquet

import lealtad.lake.draft
from lealtad.base.errors import BusyError
from lealtad.lake.loading import load
from lealtad.sources import open_source
from tests.forking import answer_lines

assert deltalake
assert pyarrow.parquet
BUSY = 75


def load_folder(line: str) -> int:
    """Load a folder into a lake of two buckets, and return the exit code of a job."""
    at, lake, folder = line.split()
    lealtad.lake.draft.count_buckets = lambda _: 2
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    try:
        load(Path(lake), open_source(folder), loaded_at=moment, reject_limit=1)
    except BusyError:
        return BUSY
    return 0


if __name__ == "__main__":
    answer_lines(load_folder)
