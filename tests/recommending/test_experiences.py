"""A bad experience counts from the day on which it was known, for the customer who had it."""

import numpy as np
import polars as pl
import pytest

from lealtad.lake import Lake
from lealtad.recommending.experiences import read_bad_experiences
from lealtad.recommending.history import History
from lealtad.recommending.protocol import Protocol
from lealtad.recommending.purchases import Purchases, count_days
from lealtad.recommending.repeats import Repeats
from tests.recommending.conftest import COMPLAINS, DETRACTOR
from tests.recommending.planted import DAYS, at_day, draw_lines

PROTOCOL = Protocol(least_buyers=5)
LINES = draw_lines(customers=60)
FIRST = LINES["customer_id"].min()


def describe(happened, known, customer=FIRST, day=200):
    """Return the buy-again candidates as of a day, with one bad experience."""
    bad = pl.DataFrame({"customer_id": [customer], "happened_at": [at_day(happened)], "known_at": [at_day(known)]})
    purchases = Purchases.from_lines(LINES, experiences=bad)
    history = History.build(purchases, count_days(at_day(day)), PROTOCOL.least_buyers)
    return Repeats.fit(history, np.zeros(len(purchases.products), dtype=np.int64), PROTOCOL).list_candidates(
        history
    )


def test_days_since_are_of_the_customer_who_had_it():
    candidates = describe(happened=150, known=155)
    own = candidates.customer == 0
    assert own.any()
    assert set(candidates.read("customer_days_since_bad")[own]) == {50.0}
    assert np.isnan(candidates.read("customer_days_since_bad")[~own]).all()
    since = candidates.read("days_since")
    np.testing.assert_array_equal(candidates.read("bad_since_last") == 1, own & (since > 50))


@pytest.mark.parametrize(("happened", "known"), [(150, 200), (200, 200), (150, 310), (220, 230)])
def test_what_becomes_known_from_the_day_on_changes_nothing(happened, known):
    without = describe(happened=1, known=1, customer="somebody who bought nothing")
    np.testing.assert_array_equal(describe(happened, known).values, without.values)


def test_tickets_and_poor_answers_are_read_from_a_lake(out, as_of):
    lake = Lake.open(out / "lake")
    rows = pl.concat([read_bad_experiences(lake, as_of, bucket) for bucket in lake.buckets]).sort("customer_id")
    assert rows.select("customer_id", "happened_at").rows() == [
        (COMPLAINS, at_day(DAYS - 9)),
        (DETRACTOR, at_day(DAYS - 29)),
    ]
    before = [read_bad_experiences(lake, at_day(DAYS - 20), bucket) for bucket in lake.buckets]
    assert pl.concat(before)["customer_id"].to_list() == [DETRACTOR]
