"""The lake commits all or nothing and reads back what was written."""

import shutil

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lealtad.base.errors import DamageError, LakeError
from lealtad.base.seal import open_seal
from lealtad.lake import Lake, commit_tables, hash_content, start_draft
from lealtad.lake.manifest import Manifest


@pytest.fixture
def lake(tmp_path, company):
    return commit_tables(Lake(tmp_path / "lake", Manifest(4)), company)


def test_what_was_written_is_read_back_sorted(lake, company):
    read = Lake.open(lake.root).read("orders")
    assert_frame_equal(
        read, company["orders"].sort("customer_id", "known_at", "order_id"), check_column_order=False
    )


@pytest.mark.slow
def test_the_rows_stand_in_order_in_every_file(tmp_path):
    n = 400_000
    rows = pl.DataFrame({"customer_id": pl.int_range(n, eager=True).cast(pl.String)}).sample(
        n, seed=1, shuffle=True
    )
    parts = pl.concat([rows.slice(i, 10_000) for i in range(0, n, 10_000)], rechunk=False)
    with start_draft(Lake(tmp_path / "lake", Manifest(2))) as changes:
        changes.append("scores", parts)
        changes.append("scores", parts.with_columns(x=pl.lit(1.0)))
        changes.replace("features", parts)
        changes.replace("features", changes.lake.read_stored("features", 1), 0)
    files = list(changes.lake.root.rglob("*.parquet"))
    assert len(files) == 7
    assert all(pl.read_parquet(file, hive_partitioning=False)["customer_id"].is_sorted() for file in files)


def test_buckets_part_the_customers(lake):
    buckets = [set(lake.read("orders", bucket)["customer_id"]) for bucket in lake.buckets]
    assert sum(len(bucket) for bucket in buckets) == len(set().union(*buckets)) == 60


def test_the_same_content_writes_nothing(lake, company):
    again = commit_tables(
        lake, {name: rows.sample(fraction=1, shuffle=True, seed=1) for name, rows in company.items()}
    )
    assert again.versions == lake.versions


def test_a_table_that_is_forgotten_is_gone_from_the_lake_but_not_from_its_past(lake, company):
    before = Lake.open(lake.root)
    after = commit_tables(lake, {"orders": company["orders"]}, forget=["touchpoints", "never there"])
    assert not after.has("touchpoints")
    assert before.read("touchpoints").height == 60


def test_a_reader_sees_the_lake_it_opened(lake, company):
    before = Lake.open(lake.root)
    commit_tables(lake, {"orders": company["orders"].head(10)})
    assert before.read("orders").height == company["orders"].height
    assert Lake.open(lake.root).read("orders").height == 10


def test_a_commit_that_dies_before_its_manifest_changes_nothing(lake, company, monkeypatch):
    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Manifest, "write", die)
    with pytest.raises(KeyboardInterrupt):
        commit_tables(lake, {"orders": company["orders"].head(10), "customers": company["customers"].head(1)})
    after = Lake.open(lake.root)
    assert after.versions == lake.versions
    assert after.read("orders").height == company["orders"].height


def test_a_first_commit_that_dies_can_be_done_again(tmp_path, company, monkeypatch):
    new = Lake.open_or_new(tmp_path / "lake", 10)

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("lealtad.lake.delta.DeltaTable", die)  # the first table is written, its version not read
        commit_tables(new, company)
    assert (tmp_path / "lake" / "customers").exists()
    assert not Lake.open(tmp_path / "lake").manifest.tables
    again = commit_tables(Lake.open_or_new(tmp_path / "lake", 10), company)
    assert again.read("orders").height == company["orders"].height


def test_a_directory_that_is_no_lake_is_refused_and_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    for attempt in (lambda: Lake.open(tmp_path), lambda: Lake.open_or_new(tmp_path, 10)):
        with pytest.raises(LakeError, match="expected a lake"):
            attempt()
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_damaged_manifest_and_a_missing_table_are_named(lake):
    with pytest.raises(LakeError, match="expected a table 'scores', found only customers, orders, touchpoints"):
        lake.read("scores")
    (lake.root / "lake.json").write_text("{")
    with pytest.raises(DamageError, match=r"Copy commits/000001\.json, which is whole, to lake\.json"):
        Lake.open(lake.root)
    shutil.copy(lake.root / "commits" / "000001.json", lake.root / "lake.json")
    assert Lake.open(lake.root).manifest == lake.manifest


def test_a_damaged_file_is_named(lake):
    for file in (lake.root / "orders").rglob("*.parquet"):
        file.write_bytes(b"no parquet")
    with pytest.raises(DamageError, match=r"expected table 'orders' as commit 1 wrote it, found the file altered"):
        lake.read("orders")


def test_the_manifest_is_text_a_person_can_read(lake):
    state = open_seal((lake.root / "lake.json").read_text())
    assert state["tables"]["orders"]["rows"] == lake.read("orders").height


def test_the_content_hash_sees_values_names_types_and_order():
    frame = pl.DataFrame({"a": [1, 2]})
    others = [
        pl.DataFrame({"a": [2, 1]}),
        pl.DataFrame({"b": [1, 2]}),
        pl.DataFrame({"a": [1.0, 2.0]}),
        pl.DataFrame({"a": [1, 2, 2]}),
    ]
    hashes = {hash_content(one) for one in [frame, frame.clone(), *others]}
    assert len(hashes) == 1 + len(others)


@pytest.mark.parametrize("name", ["Año nuevo", "a#b", "50 & more", "it's"])
def test_a_lake_may_lie_in_any_directory(tmp_path, company, name):
    lake = commit_tables(Lake(tmp_path / name / "lake", Manifest(2)), company)
    with start_draft(Lake.open(lake.root)) as changes:
        changes.append("orders", company["orders"].head(1).with_columns(order_id=pl.lit("new")))
    assert changes.lake.read("orders").height == company["orders"].height + 1


@pytest.mark.parametrize("name", ["50%20off", "a[1]"])
def test_a_directory_that_would_be_misread_is_refused(tmp_path, company, name):
    with pytest.raises(LakeError, match=r"a path without % \[ \\ \], found one with"):
        commit_tables(Lake(tmp_path / name / "lake", Manifest(2)), company)
    assert not list(tmp_path.iterdir())


def test_a_column_or_bucket_that_cannot_be_is_refused_with_the_nearest_name(lake):
    for read in (lake.read, lake.history):
        with pytest.raises(
            LakeError, match=r"columns of table 'orders', found 'ammount'\. Did you mean 'amount'\?"
        ):
            read("orders", columns=["customer_id", "ammount"])
        with pytest.raises(LakeError, match="expected a bucket from 0 to"):
            read("orders", lake.buckets[-1] + 1)
    # optional columns that this company lacks are no mistake
    assert lake.read("orders", columns=["amount", "margin"]).columns == ["amount"]
