"""Attributes whose versions were written in hindsight, at one stroke, or only after the customer left."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from lealtad.checks.leakage.versions import check_versions, find_unversioned, map_attributes, read_changes
from lealtad.examples.features import CompanyProfile, build_catalog
from tests.companies import INSTANT, at
from tests.lakes import lake_of

N = 300
CATALOG = build_catalog(CompanyProfile(levels={"segment": ("basic", "premium"), "attr_plan": ("a", "b")}))
LEFT = pl.DataFrame({"customer_id": [f"c{k}" for k in range(0, N, 3)], "left_at": [at(24 * 200)] * (N // 3)})


def customers(segment, changed_at=None) -> pl.DataFrame:
    """Three versions of each customer; `segment` and `changed_at` by customer and version."""
    rng = np.random.default_rng(1)
    days = rng.integers(1, 180, (N, 3)).cumsum(axis=1)
    return pl.DataFrame(
        [
            (f"c{k}", at(24 * float(days[k, v])) if changed_at is None else changed_at(k, v), segment(k, v, rng))
            for k in range(N)
            for v in range(3)
        ],
        schema={"customer_id": pl.String, "valid_from": INSTANT, "segment": pl.String},
        orient="row",
    )


def draw_plan(k, v, rng) -> str:
    return "premium" if rng.random() < 0.4 else "basic"


def find_problems(tmp_path, rows: pl.DataFrame) -> list[str]:
    lake = lake_of(tmp_path / "lake", {"customers": rows})
    _, findings = check_versions(read_changes(lake, map_attributes(CATALOG)), LEFT)
    assert {finding.level for finding in findings} <= {"warning"}
    assert {finding.feature for finding in findings} <= {"segment"}
    return [finding.found for finding in findings]


def test_versions_that_change_for_all_alike_are_nothing_to_tell(tmp_path):
    assert find_problems(tmp_path, customers(draw_plan)) == []


def test_one_value_in_all_versions_of_those_who_left_is_told(tmp_path):
    rows = customers(lambda k, v, rng: "premium" if k % 3 == 0 else draw_plan(k, v, rng))
    [found] = find_problems(tmp_path, rows)
    assert "One value was written into all versions" in found


def test_many_changes_on_one_day_are_told(tmp_path):
    stroke = at(24 * 90)
    rows = customers(
        lambda _k, v, _rng: ("basic", "premium", "premium")[v],
        lambda k, v: (at(24), stroke + timedelta(minutes=k), at(24 * 300))[v],
    )
    [found] = find_problems(tmp_path, rows)
    assert f"300 of its 300 changes have the same date, {stroke.date()}" in found


def test_a_status_that_is_written_when_customers_leave_is_told(tmp_path):
    rows = customers(
        lambda k, v, rng: (
            "premium" if k % 3 == 0 and v == 2 else ("basic" if k % 3 == 0 else draw_plan(k, v, rng))
        ),
        lambda k, v: at(24 * (1 + 60 * v + k % 50)) if k % 3 or v < 2 else at(24 * (210 + k % 50)),
    )
    assert any("only after they had churned" in found for found in find_problems(tmp_path, rows))


@pytest.mark.parametrize("order", [1, -1])
def test_an_attribute_that_no_version_ever_changes_is_without_versions(tmp_path, order):
    rows = customers(draw_plan).with_columns(attr_plan=pl.lit("a"))[::order]
    lake = lake_of(tmp_path / "lake", {"customers": rows})
    columns = find_unversioned(CATALOG, read_changes(lake, map_attributes(CATALOG)))
    assert {"attr_plan_is_a", "attr_plan_is_b"} <= columns
    assert not {"segment_is_basic", "segment_is_premium"} & columns
