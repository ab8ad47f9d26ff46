"""Whenever a run dies, the lake stands as it was or as the run meant it, and the run can be done again."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lealtad.lake import NO_IDENTITIES, Lake, buckets, delta, start_draft
from lealtad.lake import draft as drafts
from lealtad.lake.manifest import Manifest
from tests.companies import at

pytestmark = pytest.mark.slow

_WRITES = ("write_all", "write_bucket", "append", "restore_version")


def orders(customers, start=0):
    days = [at(24 * day) for day in range(len(customers))]
    ids = [f"o{start + i:03d}" for i in range(len(customers))]
    return pl.DataFrame({"order_id": ids, "customer_id": list(customers), "ordered_at": days, "known_at": days})


def people(*pairs):
    rows = [(alias, customer, at(0)) for alias, customer in pairs]
    return pl.DataFrame(rows, schema=NO_IDENTITIES.schema, orient="row")


def first_load(root):
    with start_draft(Lake(root, Manifest(2))) as changes:
        changes.append("orders", orders("abcdefgh"))
        changes.append("features", orders("abcdefgh").select("customer_id", x=1.0))
        changes.replace("rejected", pl.DataFrame({"reasons": ["none"]}))
    return changes.lake


def second_load(root):
    """Every kind of change at once: append, replace, a new table, a merge that moves rows, room for more."""
    with start_draft(Lake.open(root)) as changes:
        changes.append("orders", orders("abz" * 2, 100))
        changes.append("identities", people(("h", "a"), ("g", "b")))
        changes.replace("orders", changes.lake.read_stored("orders", 1).head(3), 1)
        changes.replace("features", orders("abcd").select("customer_id", x=2.0))
        changes.replace("scores", orders("abcd").select("customer_id", p=0.5))
        changes.forget("rejected")
    return changes.lake


class Dies:
    """Ends the run before or after its nth step that changes the disk."""

    def __init__(self, patch, step, when):
        self.left, self.when = step, when
        for name in _WRITES:
            patch.setattr(delta, name, self.wrapped(getattr(delta, name)))
        patch.setattr(Path, "replace", self.wrapped(Path.replace))

    def wrapped(self, work):
        def step(*given):
            self.left -= 1
            if self.left == 0 and self.when == "before":
                raise KeyboardInterrupt
            done = work(*given)
            if self.left == 0 and self.when == "after":
                raise KeyboardInterrupt
            return done

        return step


def read_state(lake):
    """All that the lake says, in an order of its own."""
    tables = {name: lake.read_stored(name) for name in sorted(lake.versions)}
    return {name: rows.select(sorted(rows.columns)).sort(pl.all()) for name, rows in tables.items()}


def assert_same(one, other):
    assert list(read_state(one)) == list(read_state(other))
    for name, rows in read_state(one).items():
        assert_frame_equal(rows, read_state(other)[name])


def kill_load(patch, load, root, step, when):
    with patch.context() as patched:
        Dies(patched, step, when)
        try:
            load(root)
        except KeyboardInterrupt:
            return True
    return False


@pytest.fixture(autouse=True)
def _small_buckets(monkeypatch):
    for module in (buckets, drafts):
        monkeypatch.setattr(module, "FACTS_PER_BUCKET", 3)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_load_that_dies_anywhere_changes_nothing_and_is_done_again(tmp_path, monkeypatch, when):
    first_load(tmp_path / "never killed")
    meant = second_load(tmp_path / "never killed")
    for step in range(1, 99):
        root = tmp_path / f"{step}"
        before = first_load(root)
        if not kill_load(monkeypatch, second_load, root, step, when):
            break
        left = Lake.open(root)
        if left.number == before.number:
            assert_same(left, before)
            # and it dies once more, somewhere else
            kill_load(monkeypatch, second_load, root, 1 + step * 7 % 11, "after")
        if Lake.open(root).number == before.number:
            second_load(root)
        assert_same(Lake.open(root), meant)
        assert Lake.open(root).number == meant.number
        assert_same(Lake.open(root, commit=1), before)
    assert 10 < step < 99


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_first_load_that_dies_anywhere_is_done_again(tmp_path, monkeypatch, when):
    meant = first_load(tmp_path / "never killed")
    for step in range(1, 99):
        root = tmp_path / f"{step}"
        if not kill_load(monkeypatch, first_load, root, step, when):
            break
        lake = Lake.open_or_new(root, 0)
        if not lake.number:
            assert not lake.versions
            first_load(root)
        assert_same(Lake.open(root), meant)
    assert 5 < step < 99


def test_what_a_killed_run_left_of_a_new_table_is_removed(tmp_path):
    lake = first_load(tmp_path / "lake")
    left = lake.root / "scores" / "bucket=0"
    left.mkdir(parents=True)
    (left / "part-of-nothing.parquet").write_bytes(b"half a file")
    after = second_load(lake.root)
    assert after.read("scores").height == 4
    assert not (left / "part-of-nothing.parquet").exists()


def test_a_table_that_was_forgotten_keeps_its_past_when_it_comes_back(tmp_path):
    before = first_load(tmp_path / "lake")
    second_load(before.root)
    with start_draft(Lake.open(before.root)) as changes:
        changes.append("rejected", pl.DataFrame({"reasons": ["new"]}))
    assert changes.lake.read("rejected")["reasons"].to_list() == ["new"]
    assert Lake.open(before.root, commit=1).read("rejected")["reasons"].to_list() == ["none"]


def test_a_lock_left_behind_by_a_killed_run_locks_nobody_out(tmp_path):
    root = tmp_path / "lake"
    root.mkdir()
    (root / ".lock").touch()
    assert Lake.open_or_new(root, 0).number == 0
    assert first_load(root).number == 1


@pytest.mark.parametrize("left", ["", "{", '{"add":{"path":"gone"}}'])
def test_a_log_that_a_power_loss_emptied_ahead_of_the_commit_is_cut(tmp_path, left):
    before = first_load(tmp_path)
    logs = [tmp_path / name / delta.LOG for name in ("orders", "features")]
    for log in logs:
        newest = max(int(path.stem) for path in log.glob("*.json"))
        for ahead in (1, 2):
            (log / f"{newest + ahead:020d}.json").write_text(left)
    assert_same(Lake.open(tmp_path), before)
    meant = second_load(tmp_path)
    never = first_load(tmp_path / "never")
    assert_same(meant, second_load(never.root))
