"""Work on a lake needs the memory of a bucket, however many there are."""

import subprocess
import sys

import pytest

_BUCKETS, _ROWS = 16, 150_000  # of 150,000 that there are

_FILL = f"""
import sys
from pathlib import Path
import numpy as np, polars as pl
from lealtad.lake import Lake, buckets, draft, start_draft
from lealtad.lake.manifest import Manifest

people = pl.Series(np.arange({_BUCKETS} * {_ROWS} // 9)).cast(pl.String)
places = buckets.assign_buckets(people, {_BUCKETS})

def rows(number):
    ids = people.filter(places == number)
    ids = pl.Series("customer_id", np.tile(ids.to_numpy(), 9))
    moment = pl.Series(np.arange(len(ids)) * 10**9).cast(pl.Datetime("us", "UTC"))
    key = "touchpoint-of-a-customer-" + pl.Series(np.arange(len(ids)) + number * 10**7).cast(pl.String)
    return pl.DataFrame({{"touchpoint_id": key, "customer_id": ids, "occurred_at": moment, "known_at": moment}})

def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024

lake = Lake(Path(sys.argv[1]), Manifest({_BUCKETS}))
"""

_ALL_AT_ONCE = """
lake = Lake.open(sys.argv[1])
before = peak()
lake.history("touchpoints")
"""

_WORK = {
    "filling it": """
with start_draft(lake) as changes:
    changes.append("touchpoints", rows(0), 0)
    before = peak()
    for bucket in lake.buckets[1:]:
        changes.append("touchpoints", rows(bucket), bucket)
""",
    "reading it": """
lake = Lake.open(sys.argv[1])
lake.history("touchpoints", 0)
before = peak()
for bucket in lake.buckets:
    lake.read("touchpoints", bucket)
""",
    "doubling its buckets": """
lake = Lake.open(sys.argv[1])
buckets.FACTS_PER_BUCKET = draft.FACTS_PER_BUCKET = 50_000  # of 150,000 that there are
buckets.assign_buckets(lake.history("touchpoints", 0)["customer_id"], 1)
before = peak()
with start_draft(lake) as changes:
    changes.make_room(1)
assert len(changes.lake.buckets) == 2 * len(lake.buckets)
""",
}


def _peak(work, lake):
    """Megabytes that the work takes above what it had before."""
    program = f"{_FILL}\n{work}\nprint(peak() - before)"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, str(lake)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_memory_follows_the_bucket(tmp_path):
    peaks = {what: _peak(work, tmp_path / "lake") for what, work in _WORK.items()}
    whole = _peak(_ALL_AT_ONCE, tmp_path / "lake")
    assert {what: peak for what, peak in peaks.items() if peak > whole / 2} == {}, whole
