"""The limit counts the rejects of each table by itself."""

from pathlib import Path

import polars as pl
import pytest

from lealtad.base.errors import DataError
from lealtad.lake.loading.counts import RowCounts
from lealtad.lake.loading.limit import check_limit
from lealtad.sources.contract.rejects import REJECTED_SCHEMA

ROWS = pl.DataFrame(
    [("orders", "o.csv", 4, "r", "no amount", "{}"), ("orders", "o.csv", 5, "q", "no day", "{}")] * 2
    + [("orders", "o.csv", 9, "q", "no day", "{}")],
    schema=REJECTED_SCHEMA,
    orient="row",
)


def test_as_many_as_the_limit_pass():
    check_limit({"orders": RowCounts(rows_in=100, rejected=5)}, ROWS, 0.05, Path("r.csv"))


def test_more_are_refused_with_the_commonest_reasons_first():
    with pytest.raises(DataError, match=r"3 × no day \(first in o\.csv, row 5.*2 × no amount.*r\.csv"):
        check_limit({"orders": RowCounts(rows_in=99, rejected=5)}, ROWS, 0.05, Path("r.csv"))
