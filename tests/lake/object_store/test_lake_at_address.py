"""A lake at an address says what the same lake in a folder says, and commits all or nothing."""

import os
import pickle
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lealtad.base.errors import BusyError, DamageError, LakeError, StoreError
from lealtad.lake import Lake, commit_tables, start_draft
from lealtad.lake.manifest import Manifest
from lealtad.lake.object_store import lease
from lealtad.lake.object_store.address import make_address
from lealtad.lake.object_store.chunks import locate_copy
from lealtad.lake.verification import verify
from tests.lake.test_dying import assert_same, first_load, orders, second_load

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("LEALTAD_STORE_KILLS", "1"))
WRITERS = int(os.environ.get("LEALTAD_STORE_WRITERS", "2"))
_LOAD = """
import sys
from lealtad.lake.object_store.address import make_address
from tests.lake.test_dying import second_load
second_load(make_address(sys.argv[1]))
"""


@pytest.fixture
def root(store):
    return make_address(store.new_address())


def start(code, *arguments):
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)  # noqa: S603 - our own


def test_it_says_what_a_folder_says(root, tmp_path):
    for place in (root, tmp_path / "lake"):
        first_load(place)
        second_load(place)
    assert_same(Lake.open(str(root)), Lake.open(tmp_path / "lake"))
    assert_same(Lake.open(root, commit=1), Lake.open(tmp_path / "lake", commit=1))
    assert verify(root).damages == []
    assert not Path("s3:").exists()


def test_only_the_columns_that_are_asked_for_travel(root, store):
    n = 20_000
    wide = {f"x{i}": pl.Series(range(n)).sample(n, seed=i, shuffle=True) for i in range(10)}
    rows = pl.DataFrame({"customer_id": pl.int_range(n, eager=True).cast(pl.String), **wide})
    commit_tables(Lake(root, Manifest(1)), {"features": rows})
    for path in locate_copy(root).rglob("*.parquet"):
        path.unlink()
    store.count()
    read = Lake.open(root).read("features", columns=["x3"])
    assert read.columns == ["x3"]
    assert read.height == n
    first = store.count()["read"]
    Lake.open(root).read("features", columns=["x3"])
    again = store.count()["read"]
    whole = Lake.open(root).manifest.tables["features"].files
    assert first < 0.35 * sum(sums.size for sums in whole.values())
    assert again < 0.1 * first


def test_rot_in_the_local_copy_is_fetched_again_and_rot_in_the_store_is_refused(root):
    lake = first_load(root)
    before = lake.read_stored("orders")
    [copy, *_] = sorted(locate_copy(root / "orders").rglob("*.parquet"))
    copy.write_bytes(bytes(copy.stat().st_size))
    assert_frame_equal(Lake.open(root).read_stored("orders"), before)
    [path, *_] = lake.manifest.tables["orders"].files
    place = root / "orders" / path
    data = bytearray(place.read_bytes())
    data[20] ^= 1
    place.write_bytes(data)
    for each in locate_copy(root / "orders").rglob("*.parquet"):
        each.unlink()
    with pytest.raises(DamageError, match="altered"):
        Lake.open(root).read_stored("orders")
    assert [damage.table for damage in verify(root).damages] == ["orders"]


def test_one_writer_at_a_time(root):
    first_load(root)
    with start_draft(Lake.open(root)), pytest.raises(BusyError, match="holds it"), start_draft(Lake.open(root)):
        pass
    with start_draft(Lake.open(root)) as changes:
        changes.append("orders", orders("a", 500))
    assert changes.lake.number == 2


def test_writers_at_once_lose_nothing(root):
    """Each of several writers tries until its rows are in; every row is there once."""
    first_load(root)

    def write(number):
        while True:
            try:
                with start_draft(Lake.open(root)) as changes:
                    changes.append("orders", orders("abcd", 100 * (number + 1)))
            except BusyError:
                time.sleep(0.05)
            else:
                return

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    lake = Lake.open(root)
    assert lake.number == 1 + WRITERS
    assert (
        lake.read_stored("orders")["order_id"].n_unique() == 8 + 4 * WRITERS == lake.read_stored("orders").height
    )


def test_a_run_whose_lease_was_taken_over_commits_nothing(root, monkeypatch):
    first_load(root)
    monkeypatch.setattr(lease, "SECONDS", -10.0)  # over at once, as if the run had slept
    with pytest.raises(BusyError, match="Run the command again"), start_draft(Lake.open(root)) as sleeper:
        sleeper.append("orders", orders("a", 500))
        with start_draft(Lake.open(root)) as other:
            other.append("orders", orders("b", 600))
    ids = Lake.open(root).read_stored("orders")["order_id"]
    assert "o600" in ids
    assert "o500" not in ids
    assert Lake.open(root).number == 2
    assert verify(root).damages == []


def test_a_sleeper_that_writes_after_the_other_is_refused_too(root, monkeypatch):
    first_load(root)
    monkeypatch.setattr(lease, "SECONDS", -10.0)
    with pytest.raises(BusyError), start_draft(Lake.open(root)) as sleeper:
        with start_draft(Lake.open(root)) as other:
            other.append("orders", orders("b", 600))
        sleeper.append("orders", orders("a", 500))
    assert "o500" not in Lake.open(root).read_stored("orders")["order_id"]


@pytest.mark.slow
def test_kills_leave_the_lake_as_it_was_or_as_it_was_meant(store, tmp_path):
    """A killed load can be done again at once on its machine, and ends in the same tables."""
    first_load(tmp_path / "before")
    first_load(tmp_path / "after")
    after, before = second_load(tmp_path / "after"), Lake.open(tmp_path / "before")
    for kill in range(KILLS):
        root = make_address(store.new_address())
        first_load(root)
        load = start(_LOAD, str(root))
        while load.poll() is None and root.joinpath(".lock").read_text().count('"holder": null'):
            time.sleep(0.01)
        time.sleep(0.9 * kill / KILLS)
        load.kill()
        load.wait()
        lake = Lake.open(root)
        assert_same(lake, before if lake.number == 1 else after)
        assert_same(second_load(root) if lake.number == 1 else lake, after)
        assert verify(root).damages == []


def _append_orders(root):
    with start_draft(Lake.open(root)) as changes:
        changes.append("orders", orders("ab", 100))
        changes.replace("scores", orders("abcd").select("customer_id", p=0.5))
    return changes.lake


@pytest.mark.parametrize(
    "faults", [{"delay": 0.05}, {"refuse": 5}, {"lose": 3}], ids=["slow", "503", "answers that get lost"]
)
def test_a_store_that_falters_changes_nothing(root, store, tmp_path, faults):
    first_load(root)
    first_load(tmp_path / "lake")
    store.fail(**faults)
    _append_orders(root)
    store.fail(delay=0.0, refuse=0, lose=0)
    assert_same(Lake.open(root), _append_orders(tmp_path / "lake"))
    assert Lake.open(root).number == 2
    assert verify(root).damages == []


def test_a_credential_that_expires_ends_in_one_message(root, store):
    before = first_load(root)
    with pytest.raises(StoreError, match="Renew the credentials"), start_draft(Lake.open(root)) as changes:
        changes.append("orders", orders("a", 500))
        store.fail(expired=True)
        changes.append("orders", orders("b", 600))
    store.fail(expired=False)
    assert_same(Lake.open(root), before)


def test_a_store_without_conditions_is_refused(root, store):
    store.fail(heed=False)
    with pytest.raises(StoreError, match="conditional writes"):
        first_load(root)


def test_a_place_with_other_objects_is_no_lake(root):
    (root / "notes.txt").write_bytes(b"ours")
    with pytest.raises(LakeError, match="files that are not a lake"):
        Lake.open_or_new(root, 1)
    with pytest.raises(LakeError, match="lealtad ingest"):
        Lake.open(root)


def test_options_travel_as_references(store, monkeypatch):
    monkeypatch.setenv("STORE", os.environ.pop("AWS_ENDPOINT_URL"))
    monkeypatch.setenv("STORE_SECRET", os.environ.pop("AWS_SECRET_ACCESS_KEY"))
    options = {"endpoint": "${STORE}", "secret_access_key": "${STORE_SECRET}", "allow_http": "true"}
    try:
        root = make_address(store.new_address())
        with pytest.raises(LakeError):
            Lake.open(root, options=options)
        lake = first_load(root)
        sent = pickle.dumps(lake)
        assert os.environ["STORE_SECRET"].encode() not in sent
        assert_same(pickle.loads(sent), lake)  # noqa: S301 - what this test wrote
    finally:
        os.environ |= store.environment
