from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import DataError, SettingsError
from lealtad.kpis import ces, csat, nps, response_rate
from lealtad.kpis.thresholds import is_satisfied


@pytest.mark.parametrize(
    ("low", "high", "scores", "value"),
    [(1, 5, [5, 4, 3, 1], 0.5), (1, 7, [7, 6, 5, 4], 0.5), (0, 1, [1, 1, 1, 0], 0.75), (1, 2, [2, 1], 0.5)],
)
def test_csat_counts_the_top_boxes(answers, low, high, scores, value):
    assert csat(answers("csat", scores, low=low, high=high))["value"].item() == value


def test_csat_interval_is_wilsons(answers):
    # Wilson for 8 of 10 with z = 1.96: centre (0.8 + 0.19208) / 1.38416 = 0.71674,
    # half 1.96 / 1.38416 * sqrt(0.8 * 0.2 / 10 + 3.8416 / 400) = 0.22661: 0.4901 to 0.9433
    found = csat(answers("csat", [5] * 8 + [1] * 2, low=1, high=5)).row(0, named=True)
    assert (found["low"], found["high"]) == (pytest.approx(0.4901, abs=1e-3), pytest.approx(0.9433, abs=1e-3))


@pytest.mark.parametrize(
    ("low", "high", "least"),
    [
        (1, 5, 4),
        (1, 7, 6),
        (0, 1, 1),
        (1, 2, 2),
        (1, 10, 8),
        (0, 10, 8),
        (1, 3, 3),
        (1, 4, 4),
        (1, 6, 5),
        (0, 100, 75),
    ],
)
def test_csat_is_satisfied_from_three_quarters_of_any_scale(answers, low, high, least):
    scores = list(range(low, high + 1))
    found = csat(answers("csat", scores, low=low, high=high)).row(0, named=True)
    assert found["value"] == sum(score >= least for score in scores) / len(scores)
    assert found["definition"] == "csat@2"


@given(
    st.integers(-5, 5),
    st.integers(1, 100),
    st.lists(st.integers(0, 100), min_size=1, max_size=8),
    st.sampled_from([0.1, 0.5, 1.0, 3.0, 10.0]),
    st.integers(-7, 7),
)
def test_csat_does_not_hang_on_the_unit_or_the_origin_of_its_scale(low, length, scores, unit, origin):
    points = pl.Series([low + score % (length + 1) for score in scores], dtype=pl.Float64)
    exact = [4 * (score % (length + 1)) >= 3 * length for score in scores]
    rows = pl.DataFrame({"score": points * unit + origin}).with_columns(
        scale_min=pl.lit(float(low)) * unit + origin, scale_max=pl.lit(float(low + length)) * unit + origin
    )
    assert rows.select(is_satisfied()).to_series().to_list() == exact


def test_csat_refuses_a_scale_without_a_length(answers):
    with pytest.raises(DataError, match="a scale_max above scale_min"):
        csat(answers("csat", [1], low=1, high=1))


@pytest.mark.parametrize("measure", [nps, csat, ces])
@pytest.mark.parametrize(
    ("column", "value"), [("scale_min", 0.0), ("kind", "transactional"), ("higher_is_easier", None)]
)
def test_a_row_that_cannot_stand_with_its_group_takes_no_other_group_with_it(answers, measure, column, value):
    surveys = answers(measure.__name__, [5, 5, 5, 4], low=1, high=10, higher_is_easier=True)
    surveys = surveys.with_columns(pl.Series("plan", [*"aabb"]))
    before = measure(surveys, by=["plan"])
    strange = surveys.with_columns(
        pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(value)).otherwise(column).alias(column)
    )
    after = measure(strange, by=["plan"])
    assert after[1].equals(before[1])
    if column == "higher_is_easier" and measure is not ces:
        assert after.equals(before)
        return
    first = after.row(0, named=True)
    assert (first["value"], first["low"], first["high"], first["n"]) == (None, None, None, 2)
    assert first["definition"].endswith(f"not computed, several {column} in one figure")
    with pytest.raises(DataError):
        measure(strange)


@pytest.mark.parametrize(("easier", "scores"), [(True, [7, 6, 5, 4, 3, 1]), (False, [1, 2, 3, 4, 5, 7])])
def test_ces_boxes_follow_the_direction(answers, easier, scores):
    # easy answers (5-7 where high is easy, 1-3 where low is): 3 of 6; very easy 2, hard 2: net 0
    surveys = answers("ces", scores, low=1, high=7, higher_is_easier=easier)
    assert ces(surveys, method="top_box")["value"].item() == 0.5
    assert ces(surveys, method="net")["value"].item() == pytest.approx(0)
    assert ces(surveys)["value"].item() == pytest.approx(sum(scores) / 6)
    assert ces(surveys)["definition"].item() == f"ces@1: mean, {'high' if easier else 'low'} is easy"


def test_ces_mean_takes_the_first_version_of_the_question(answers):
    # CES 1.0 runs from 1 = easy to 5 = hard; its mean stays on that scale
    assert ces(answers("ces", [1, 2], low=1, high=5, higher_is_easier=False))["value"].item() == 1.5


def test_ces_boxes_are_not_defined_on_five_points(answers):
    with pytest.raises(DataError, match="CES net on 1-7, found a scale of 1-5"):
        ces(answers("ces", [1], low=1, high=5, higher_is_easier=False), method="net")


def test_ces_directions_are_never_assumed_nor_mixed(answers):
    with pytest.raises(DataError, match="higher_is_easier"):
        ces(answers("ces", [5], low=1, high=7))
    with pytest.raises(DataError, match="direction of every effort question"):
        ces(answers("ces", [5], low=1, high=7, higher_is_easier=pl.Series([None], dtype=pl.Boolean)))
    mixed = answers("ces", [5, 5], low=1, high=7, higher_is_easier=pl.Series([True, False]))
    with pytest.raises(DataError, match="column 'higher_is_easier'"):
        ces(mixed)


def test_ces_method_is_known(answers):
    with pytest.raises(SettingsError, match="Did you mean 'top_box'"):
        ces(answers("ces", [5], low=1, high=7, higher_is_easier=True), method="topbox")


def test_response_rate_sees_only_answers_known_by_then(answers, at):
    surveys = answers("nps", [9, 9, None, 9], low=0, high=10).with_columns(
        answered_at=pl.Series([at("2026-01-02"), at("2026-01-09"), None, at("2026-01-02")]),
        recorded_at=pl.Series([None, at("2026-01-09"), None, at("2026-01-08")]),
    )
    # on 5 January all four are invited; one has answered, one later, one never, one is not recorded yet
    assert response_rate(surveys, as_of=at("2026-01-05")).select("value", "n").row(0) == (0.25, 4)
    assert response_rate(surveys).select("value", "n").row(0) == (0.75, 4)
    assert response_rate(surveys, as_of=at("2026-01-01")).select("value", "n").row(0) == (None, 0)


@pytest.mark.parametrize("method", ["top_box", "net"])
def test_effort_on_another_scale_stops_no_figure_of_another_group(answers, method):
    seven = answers("ces", [7.0, 6.0], low=1, high=7, higher_is_easier=True, channel="web")
    five = answers("ces", [5.0, 5.0], low=1, high=5, higher_is_easier=True, channel="phone")
    both = pl.concat([seven, five.with_columns(survey_id=pl.col("survey_id") + "f")])
    found = ces(both, method=method, by=["channel"]).select("channel", "value", "definition").rows()
    assert found[0][:2] == ("phone", None)
    assert found[0][2] == "ces@1: not computed, a scale the measure is not defined on in one figure"
    assert found[1][:2] == ("web", 1.0 if method == "top_box" else 100.0)
    with pytest.raises(DataError, match="on 1-7, found a scale of 1-5"):
        ces(five, method=method, by=["channel"])
