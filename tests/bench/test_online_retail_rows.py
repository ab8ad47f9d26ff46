"""The rows of the protocol: the outcomes are those stated beside the data, and no feature sees past its date."""

import pandas as pd
import pytest

from bench.online_retail_rows import DATA, HORIZON, build_features, read_invoices, read_protocol

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.exists(), reason=f"Online Retail II is not beside the checkout ({DATA})"),
]


@pytest.fixture(scope="module")
def bought():
    return read_invoices()


def test_the_outcomes_are_those_of_the_protocol(bought):
    rows = read_protocol()
    orders = bought[~bought["returned"]]
    assert len(rows[rows["part"] == "train"]) == 24_264
    assert len(rows[rows["part"] == "test"]) == 6_990
    for as_of, part in rows.groupby("as_of"):
        horizon = orders["at"].between(as_of, as_of + pd.Timedelta(days=HORIZON), inclusive="left")
        back = part["customer"].isin(orders.loc[horizon, "customer"])
        assert (back == (part["y"] == 0)).all()


def test_what_comes_later_changes_no_feature(bought):
    rows = read_protocol()
    date = rows["as_of"].min()
    at_date = rows[rows["as_of"] == date]
    known = build_features(bought, at_date)
    pd.testing.assert_frame_equal(build_features(bought[bought["at"] < date], at_date), known)
    assert known.index.equals(at_date.index)
