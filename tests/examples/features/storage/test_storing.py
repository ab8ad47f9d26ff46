"""The feature table in the lake: what it holds, what it is made of, and when it is computed anew."""

import pytest
from polars.testing import assert_frame_equal

from lealtad.examples.features import CATALOG, CompanyProfile, build, build_into
from lealtad.examples.features.storage.provenance import is_current
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from tests.companies import at

DATES = [at(24 * day) for day in (20, 30)]
FEW = CATALOG[:3]  # where it is not their values that count


@pytest.fixture
def lake(tmp_path, company):
    return commit_tables(Lake(tmp_path / "lake", Manifest(2)), company)


def test_the_table_is_what_build_returns(lake):
    stored = build_into(lake, DATES).read("features")
    assert_frame_equal(stored, build(lake, DATES), check_row_order=False)


def test_the_same_again_computes_nothing_and_anything_else_does(lake):
    built = build_into(lake, DATES, FEW)
    assert build_into(built, DATES, FEW).number == built.number
    assert build_into(built, DATES[:1], FEW).number > built.number
    promised = build_into(built, DATES, FEW, company=CompanyProfile(sla={"low": 3.0}))
    assert promised.number > built.number


def test_a_table_of_fewer_features_keeps_no_column_of_the_others(lake):
    build_into(lake, DATES, FEW)
    few = build_into(Lake.open(lake.root), DATES, CATALOG[:1])
    assert set(few.read("features").columns) == {"customer_id", "as_of", *CATALOG[0].columns}


def test_features_are_outdated_once_a_table_changed(lake, company):
    built = build_into(lake, DATES, FEW)
    assert is_current(built)
    assert not is_current(commit_tables(built, {"orders": company["orders"].head(100)}))
