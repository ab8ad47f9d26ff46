"""Who answers the next invitation and who recommends, and what is not known."""

from datetime import timedelta

import polars as pl

from lealtad.company.outcome_definition import Answering, Recommending
from lealtad.examples.outcomes import compute_answers
from tests.companies import INSTANT, at

TIMES = {"horizon_days": 10, "lead_days": 2, "answer_days": 5}
ANSWERING = Answering(**TIMES)
PROMOTER, DETRACTOR = (Recommending(kind=kind, **TIMES) for kind in ("promoter", "detractor"))


def surveys(*sent, customer="a", kind="relational", most=10.0):
    """Rows of (day sent, day answered or None, score)."""
    at_days = [[None if day is None else at(24 * day) for day in days] for days in zip(*sent, strict=True)][:2]
    return pl.DataFrame(
        {
            "customer_id": customer,
            "metric": "nps",
            "kind": kind,
            "sent_at": pl.Series(at_days[0], dtype=INSTANT),
            "answered_at": pl.Series(at_days[1], dtype=INSTANT),
            "score": pl.Series([one[2] for one in sent], dtype=pl.Float64),
            "scale_min": 0.0,
            "scale_max": most,
            "known_at": pl.Series(at_days[0], dtype=INSTANT),
        }
    )


def contract(end=None):
    events = [("start", 1)] + ([("end", end)] if end else [])
    happened = [at(24 * day) for _, day in events]
    return pl.DataFrame(
        {
            "subscription_id": "s",
            "customer_id": "a",
            "occurred_at": happened,
            "event": [event for event, _ in events],
            "known_at": happened,
        }
    )


def observed(rows, label=ANSWERING, day=20, end=90, **others):
    tables = {"surveys": rows, "subscriptions": contract(), **others}
    found = compute_answers(tables, [at(24 * day)], label, at(24 * end))
    return found["observed"].item() if found.height else "not living"


def test_an_answer_in_time_is_one_and_a_late_one_is_none():
    assert observed(surveys((25, 30, 9))) is True
    assert observed(surveys((25, 30.01, 9))) is False
    assert observed(surveys((25, None, None))) is False


def test_the_invitation_is_the_first_sent_in_the_horizon():
    assert observed(surveys((22, None, None), (25, 26, 9))) is False
    assert observed(surveys((21.99, None, None), (25, 26, 9))) is True
    assert observed(surveys((32, 33, 9))) is None
    assert observed(surveys((19, 25, 9))) is None


def test_promoters_from_nine_detractors_to_six_and_null_without_an_answer():
    sides = {
        score: (observed(surveys((25, 26, score)), PROMOTER), observed(surveys((25, 26, score)), DETRACTOR))
        for score in (6, 7, 8, 9)
    }
    assert sides == {6: (False, True), 7: (False, False), 8: (False, False), 9: (True, False)}
    assert observed(surveys((25, None, None)), PROMOTER) is None
    assert observed(surveys((25, 31, 9)), PROMOTER) is None


def test_an_invitation_whose_answer_may_still_come_is_censored():
    assert observed(surveys((25, 26, 9)), end=30) is True
    assert observed(surveys((25, 26, 9)), end=29.9) is None


def test_relational_and_transactional_are_never_mixed():
    rows = surveys((25, 26, 9), kind="transactional")
    assert observed(rows) is None
    assert observed(rows, Answering(survey="transactional", **TIMES)) is True


def test_who_is_living_depends_on_contracts_or_else_orders_or_else_invitations():
    assert observed(surveys((25, 26, 9)), subscriptions=contract(end=19)) == "not living"
    assert observed(surveys((25, 26, 9)), subscriptions=contract(end=24)) is True
    rows = surveys((15, None, None), (25, 26, 9))
    orders = pl.DataFrame({"customer_id": ["a"], "ordered_at": [at(24 * 5)], "known_at": [at(24 * 5)]})
    for days, expected in ((16, True), (14, "not living")):
        found = compute_answers(
            {"surveys": rows, "orders": orders}, [at(480)], Answering(alive_days=days, **TIMES), at(2000)
        )
        assert (found["observed"].item() if found.height else "not living") == expected
    assert compute_answers({"surveys": rows}, [at(480)], ANSWERING, at(2000))["observed"].to_list() == [True]


def test_an_answer_under_an_id_merged_later_is_the_customers():
    merged = pl.DataFrame({"alias": ["b"], "customer_id": ["a"], "valid_from": [at(24 * 40)]})
    tables = {"surveys": surveys((25, 26, 9), customer="b"), "subscriptions": contract()}
    found = compute_answers(tables, [at(480)], ANSWERING, at(2000), merged)
    assert found.rows() == [("a", at(480), None, True)]


def test_another_scale_is_no_nps_and_stops_nobody():
    assert observed(surveys((25, 26, 5), most=5.0)) is None
    both = pl.concat([surveys((25, 26, 5), most=5.0), surveys((26, 27, 9))])
    assert observed(both, PROMOTER) is True
    assert observed(surveys((25, 26, 8.5)), PROMOTER) is None


def test_a_known_at_after_the_date_does_not_hide_what_happened_next():
    rows = surveys((25, 26, 9)).with_columns(pl.col("known_at") + timedelta(days=30))
    assert observed(rows) is True
