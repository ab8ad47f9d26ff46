"""The manifest says which versions belong together; one that an older lealtad wrote is understood too."""

import json
import shutil

import polars as pl
import pytest

from lealtad.lake import Lake, commit_tables, delta, start_draft
from lealtad.lake.entries import Entry, Part
from lealtad.lake.manifest import Manifest
from lealtad.lake.parts import find_newest_fact
from tests.companies import INSTANT, at


@pytest.fixture
def old(tmp_path, company):
    """A lake as the first lealtad left it: three buckets, no clock of supersession, no parts in the manifest."""
    lake = commit_tables(
        Lake(tmp_path / "lake", Manifest(3)), {**company, "rejected": pl.DataFrame({"reasons": ["none"]})}
    )
    tables = {
        name: {"version": entry.version, "rows": entry.rows, "content": "a hash", "notes": {"of": name}}
        for name, entry in lake.manifest.tables.items()
    }
    (lake.root / "lake.json").write_text(json.dumps({"format": 1, "buckets": 3, "tables": tables}))
    shutil.rmtree(lake.root / "commits")
    return Lake.open(lake.root)


def test_what_is_written_is_read_back(tmp_path):
    parts = {0: Part(3, "abc", at(1).isoformat(), 2), 7: Part(1, "def")}
    state = Manifest(8, {"orders": Entry(4, parts, {"by": "me"})}, number=3)
    state.write(tmp_path)
    assert Manifest.read(tmp_path) == state
    assert Manifest.read(tmp_path, 3) == state
    assert state.tables["orders"].rows == 4
    assert state.tables["orders"].newest == at(1)


def test_a_lake_in_the_first_format_is_read(old, company):
    assert old.number == 0
    assert old.read("orders", columns=["amount"]).height == company["orders"].height
    assert old.history("orders")["superseded_at"].null_count() == company["orders"].height
    assert old.newest("orders") == company["orders"]["known_at"].max()
    assert old.newest("customers") is None
    assert old.notes("rejected") == {"of": "rejected"}


def test_a_lake_in_the_first_format_is_counted_by_the_next_commit(old, company):
    with start_draft(old) as changes:
        changes.append("orders", company["orders"].head(1).with_columns(order_id=pl.lit("new")))
    lake = Lake.open(old.root)
    assert lake.number == 1
    assert json.loads((lake.root / "lake.json").read_text())["format"] == 3
    orders = lake.manifest.tables["orders"]
    assert orders.rows == lake.read("orders").height == company["orders"].height + 1
    assert {bucket: part.rows for bucket, part in orders.parts.items()} == {
        bucket: lake.read_stored("orders", bucket).height for bucket in range(3)
    }
    assert lake.newest("touchpoints") == company["touchpoints"]["known_at"].max()
    assert commit_tables(lake, {"touchpoints": company["touchpoints"]}).versions == lake.versions


def test_the_state_before_the_first_commit_in_this_format_can_be_opened_too(old, company):
    commit_tables(old, {"orders": company["orders"].head(1)})
    assert Lake.open(old.root, commit=0).read("orders").height == company["orders"].height


def test_only_facts_reach_into_time_and_only_their_first_versions(company):
    assert find_newest_fact("customers", company["customers"]) is None
    assert find_newest_fact("features", company["orders"]) is None
    twice = pl.DataFrame(
        {
            "order_id": ["a", "a", "b", "moved"],
            "ordered_at": [at(1), at(1), at(2), at(3)],
            "recorded_at": [at(1), at(50), at(5), None],
            "known_at": [at(1), at(50), at(5), at(99)],  # the last is a correction of an order in another bucket
            "superseded_at": [at(50), None, None, None],
        },
        schema_overrides={"superseded_at": INSTANT},
    )
    assert find_newest_fact("orders", twice) == at(5)
    assert find_newest_fact("orders", twice.drop("superseded_at")) == at(50)


def test_a_version_holds_the_files_of_a_bucket_only(tmp_path, company):
    lake = commit_tables(Lake(tmp_path / "lake", Manifest(4)), company)
    entry = lake.manifest.tables["orders"]
    assert delta.is_bucketed(lake.root / "orders", entry)
    rows = [delta.scan(lake.root / "orders", entry, bucket).collect().height for bucket in lake.buckets]
    assert sum(rows) == company["orders"].height
    assert delta.scan(lake.root / "orders", entry, 99).collect().columns == company["orders"].columns
