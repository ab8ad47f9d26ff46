from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from lealtad.experience.listening import detect_language
from lealtad.sources.simulated import Scenario, SimulatedCompany, simulate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def surveys(simulated: SimulatedCompany) -> pl.DataFrame:
    return simulated.tables["surveys"]


@pytest.mark.parametrize(
    ("metric", "kind", "scale"),
    [("nps", "relational", (0, 10)), ("csat", "transactional", (1, 5)), ("ces", "transactional", (1, 7))],
)
def test_each_metric_has_its_scale_and_uses_all_of_it(
    surveys: pl.DataFrame, metric: str, kind: str, scale: tuple[int, int]
) -> None:
    rows = surveys.filter(pl.col("metric") == metric)
    assert set(rows["kind"]) == {kind}
    assert rows.select("scale_min", "scale_max").unique().row(0) == scale
    assert set(rows["score"].drop_nulls()) == set(range(scale[0], scale[1] + 1))
    assert rows["higher_is_easier"].unique().to_list() == [True if metric == "ces" else None]


def test_what_is_not_answered_has_neither_score_nor_comment(surveys: pl.DataFrame) -> None:
    answered = surveys["answered_at"].is_not_null()
    assert (surveys["score"].is_not_null() == answered).all()
    assert surveys.filter(~answered)["comment"].is_null().all()
    assert 0.2 < surveys.filter(answered)["comment"].is_not_null().mean() < 0.5


def test_a_transactional_survey_says_what_it_is_about(simulated: SimulatedCompany, surveys: pl.DataFrame) -> None:
    about = surveys.select("touchpoint_id", "ticket_id").select(pl.all().is_not_null())
    links = about.sum_horizontal().to_list()
    assert links == [0 if kind == "relational" else 1 for kind in surveys["kind"]]
    touchpoints = simulated.tables["touchpoints"].select("touchpoint_id", "occurred_at", "stage")
    linked = surveys.drop_nulls("touchpoint_id")
    met = linked.join(touchpoints, on="touchpoint_id")
    assert met.height > 0.97 * linked.height  # the others are recorded after the end
    assert (met["occurred_at"] <= met["sent_at"]).all()
    stages = met.group_by("metric").agg(pl.col("stage").unique())
    assert dict(stages.rows()) == {"csat": ["purchase"], "ces": ["service"]}
    opened = simulated.tables["ticket_events"].filter(pl.col("event") == "created")
    asked = surveys.drop_nulls("ticket_id").join(opened.unique("ticket_id"), on="ticket_id", how="left")
    assert (asked["customer_id"] == asked["customer_id_right"]).all()
    assert (asked["occurred_at"] < asked["sent_at"]).all()


def test_the_relational_survey_comes_once_a_quarter(surveys: pl.DataFrame) -> None:
    nps = surveys.filter(pl.col("metric") == "nps").sort("customer_id", "sent_at")
    apart = nps.select(pl.col("sent_at").diff().over("customer_id")).to_series().drop_nulls()
    assert apart.min() > timedelta(weeks=12)
    assert apart.median() < timedelta(weeks=14)


def test_comments_are_in_the_language_of_the_customer(simulated: SimulatedCompany, surveys: pl.DataFrame) -> None:
    language = simulated.tables["customers"].select("customer_id", "language").unique()
    comments = surveys.drop_nulls("comment").join(language, on="customer_id")
    found = comments["comment"].map_elements(detect_language, return_dtype=pl.String)
    # one in fifty writes in the other language, and a word or two show none
    known = found.is_not_null()
    assert known.mean() > 0.8
    assert (found.filter(known) == comments["language"].filter(known)).mean() > 0.93


def test_hard_service_is_called_hard() -> None:
    company = simulate(800, 9, scenario=Scenario(pressed=("high_effort",)))
    hard = company.truth.filter(pl.col("pressed"))["customer_id"].unique()
    ces = company.tables["surveys"].filter(pl.col("metric") == "ces")
    under = ces["customer_id"].is_in(hard.implode())
    assert ces.filter(under)["score"].mean() < ces.filter(~under)["score"].mean() - 0.5


def test_no_answer_comes_from_the_future(surveys: pl.DataFrame) -> None:
    assert surveys["answered_at"].max() < datetime(2026, 1, 1, tzinfo=UTC)
