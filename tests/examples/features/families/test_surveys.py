"""Surveys, by hand."""

import pytest

from tests.examples.features.tiny_company import compute_values, table

SCALES = {"nps": (0.0, 10.0), "csat": (1.0, 5.0), "ces": (1.0, 7.0)}


def make_survey(day, metric="nps", answered=None, score=None, **more):
    least, most = SCALES[metric]
    given = {} if answered is None else {"answered_at": answered, "score": float(score)}
    return {
        "sent_at": day,
        "metric": metric,
        "kind": "relational",
        "scale_min": least,
        "scale_max": most,
        **given,
        **more,
    }


def test_an_invitation_is_known_when_sent_and_its_answer_when_given():
    surveys = {"surveys": table("surveys", make_survey(1, answered=5, score=9))}
    sent, given, last = compute_values(
        surveys, (2, 5, 6), "survey_invitations_91d", "survey_answers_91d", "last_nps"
    )
    assert (sent, given, last) == ([1, 1, 1], [0, 0, 1], [None, None, 9])


def test_an_answer_recorded_late_is_known_late():
    surveys = {"surveys": table("surveys", make_survey(1, answered=2, score=3, known=20))}
    assert compute_values(surveys, (10, 21), "last_nps") == [[3]], "before that not even the customer is known"


def test_silence_counts_the_invitations_since_the_last_answer():
    rows = [
        make_survey(1, answered=2, score=9),
        make_survey(10),
        make_survey(20),
        make_survey(30, answered=31, score=6),
    ]
    surveys = {"surveys": table("surveys", *rows)}
    unanswered, share, since = compute_values(
        surveys, (25, 40), "unanswered_surveys", "answer_share_364d", "days_since_answer"
    )
    assert unanswered == [2, 0]
    assert share == pytest.approx([1 / 3, 1 / 2], rel=1e-6)
    assert since == [23, 9]


def test_an_answer_to_an_older_invitation_takes_no_share_beyond_one():
    # sent 370 days before the date and answered 300 days before it; one other was sent since, and not answered
    surveys = {"surveys": table("surveys", make_survey(1, answered=71, score=9), make_survey(200))}
    [share] = compute_values(surveys, (371,), "answer_share_364d")
    assert share == [0.0]


def test_promoters_detractors_the_worst_and_the_slope():
    rows = [make_survey(day, answered=day, score=score) for day, score in ((1, 10), (92, 8), (183, 6))]
    surveys = {"surveys": table("surveys", *rows)}
    promoters, detractors, worst, slope = compute_values(
        surveys, (184,), "promoter_answers", "detractor_answers", "worst_nps_364d", "nps_slope_364d"
    )
    assert (promoters, detractors, worst) == ([1], [1], [6])
    assert slope == pytest.approx([-2.0], rel=1e-5)


def test_satisfied_are_the_two_best_boxes():
    rows = [make_survey(day, "csat", answered=day, score=score) for day, score in ((1, 5), (2, 4), (3, 3), (4, 2))]
    share, last = compute_values({"surveys": table("surveys", *rows)}, (5,), "satisfied_share_91d", "last_csat")
    assert (share, last) == ([0.5], [0.25])


def test_the_direction_of_effort_is_data_and_never_assumed():
    rows = [
        make_survey(1, "ces", answered=1, score=7, higher_is_easier=True),
        make_survey(2, "ces", answered=2, score=1, higher_is_easier=False),
        make_survey(3, "ces", answered=3, score=1),
    ]
    assert compute_values({"surveys": table("surveys", *rows)}, (4,), "mean_ease_364d", "last_ease") == [
        [1.0],
        [1.0],
    ]


def test_the_stage_is_that_of_the_touchpoint_if_it_was_known_by_then():
    rows = [make_survey(5, "csat", answered=6, score=5, touchpoint_id=one) for one in ("t", "late")]
    point = {"stage": "purchase", "channel": "web", "touchpoint": "shop", "initiated_by": "customer"}
    met = table(
        "touchpoints",
        {"touchpoint_id": "t", "occurred_at": 4, **point},
        {"touchpoint_id": "late", "occurred_at": 4, "known": 9, **point},
    )
    rows.append(make_survey(5, "csat", answered=6, score=1, ticket_id="k"))
    tables = {"surveys": table("surveys", *rows), "touchpoints": met}
    assert compute_values(tables, (20,), "csat_in_purchase_364d", "csat_in_service_364d") == [[1.0], [0.0]]


def test_what_is_no_nps_is_in_no_feature_and_satisfaction_takes_any_scale():
    rows = [
        make_survey(1, answered=2, score=9),
        make_survey(3, answered=4, score=5, scale_min=1.0, scale_max=5.0),
        make_survey(5, answered=6, score=8.5),
        *(make_survey(7, "csat", answered=8, score=score, scale_max=10.0) for score in (8, 7)),
    ]
    surveys = {"surveys": table("surveys", *rows)}
    last, mean, against, satisfied = compute_values(
        surveys, (20,), "last_nps", "mean_nps_364d", "detractor_answers", "satisfied_share_364d"
    )
    assert (last, mean, against, satisfied) == ([9], [9], [0], [0.5])
