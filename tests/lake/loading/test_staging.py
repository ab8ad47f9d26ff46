"""What is set down is picked up whole, by bucket, whatever the number of buckets."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lealtad.lake.loading import staging
from lealtad.lake.loading.places import PLACES
from lealtad.lake.loading.staging import Staging


@pytest.fixture
def rows():
    rng = np.random.default_rng(3)
    place = pl.Series("_place", rng.integers(0, PLACES, 60_000), dtype=pl.Int32)
    return pl.DataFrame([place]).with_row_index("n").with_columns(text=pl.format("row {}", "n"))


@pytest.mark.parametrize("buckets", [1, 2, 16, 4096])
def test_every_row_is_found_once_in_its_bucket_in_the_order_of_its_place(tmp_path, rows, monkeypatch, buckets):
    monkeypatch.setattr(staging, "_BYTES", 300_000)
    stage = Staging(tmp_path / "stage")
    for part in rows.iter_slices(7_000):
        stage.add("orders", part)
    for bucket in (0, buckets // 2, buckets - 1):
        mine = rows.filter(pl.col("_place") % buckets == bucket)
        found = stage.read("orders", bucket, buckets)
        assert_frame_equal(found.sort("_place", maintain_order=True), mine.sort("_place", maintain_order=True))


def test_columns_that_only_some_batches_have_are_null_in_the_others(tmp_path, rows):
    stage = Staging(tmp_path / "stage")
    stage.add("orders", rows.head(2))
    stage.add("orders", rows.slice(2, 1).with_columns(more=pl.lit(1.5)))
    assert stage.read("orders", 0, 1)["more"].to_list() == [None, None, 1.5]


def test_nothing_is_none_and_what_a_killed_load_left_is_gone(tmp_path, rows):
    (tmp_path / "stage").mkdir()
    (tmp_path / "stage" / "orders-00000.arrow").write_text("half a file")
    stage = Staging(tmp_path / "stage")
    assert stage.read("orders", 0, 1) is None
    stage.add("orders", rows.filter(pl.col("_place") % 2 == 0))
    assert stage.read("orders", 1, 2) is None
    stage.clear()
    assert not (tmp_path / "stage").exists()
