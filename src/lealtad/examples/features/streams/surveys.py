"""Survey invitations, known when they were recorded, and answers, known only when they were given as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.history.fact_clocks import ANSWER_KNOWN
from lealtad.examples.features.streams.so_far import count_since, number_things
from lealtad.examples.features.streams.stream import Stream
from lealtad.kpis.thresholds import DETRACTOR_TO, PROMOTER_FROM, is_satisfied
from lealtad.sources.contract.scales import keep_answerable, keep_askable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.examples.features.company import CompanyProfile

_INVITATION = ("survey_id", "customer_id", "metric", "kind", "sent_at", "touchpoint_id", "ticket_id", "known_at")
_SCORE, _LEAST, _MOST = pl.col("score"), pl.col("scale_min"), pl.col("scale_max")


def derive_invitations(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return the invitations, without anything of their answers, and the answers as rows of their own.

    `is_answer` marks the answers. `unanswered` counts the invitations since the last answer; an answer sets it
    to 0. The clock `at` is when it was sent or given.
    """
    both = _pair_sent_and_answered(keep_askable(tables["surveys"]), "answered_at")
    answer = pl.col("is_answer")
    return number_things(both, ["customer_id"], "at").with_columns(
        count_since(~answer, answer).alias("unanswered")
    )


def derive_outcomes(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return the invitations, and once more those that are answered, both at the time they were sent."""
    return _pair_sent_and_answered(keep_askable(tables["surveys"]), "sent_at")


def derive_answers(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return the answers that have a score, with `known_at` when they were given and recorded.

    The added columns are:

    - `promoter` and `detractor`, for NPS;
    - `satisfied`, for CSAT: in the upper quarter of its scale;
    - `rating`: the score from 0 to 1 on its scale, 1 is best or easiest; null for effort without a direction;
    - `stage`: that of the touchpoint asked about, if it is known; "service" for a ticket.
    """
    scored = _select_answered(keep_answerable(tables["surveys"])).filter(_SCORE.is_not_null())
    placed = _add_stage(scored, tables.get("touchpoints"))
    nps, csat = pl.col("metric") == "nps", pl.col("metric") == "csat"
    return placed.with_columns(
        _flag(nps, _SCORE >= PROMOTER_FROM).alias("promoter"),
        _flag(nps, _SCORE <= DETRACTOR_TO).alias("detractor"),
        _flag(csat, is_satisfied()).alias("satisfied"),
        _rating().alias("rating"),
    ).sort("customer_id", "known_at", "answered_at", "survey_id")


def _pair_sent_and_answered(surveys: pl.DataFrame, answer_at: str) -> pl.DataFrame:
    """Return every invitation, and every answered one again, at `answer_at` and known when the answer was."""
    sent = surveys.select(*_INVITATION).with_columns(
        pl.col("sent_at").alias("at"), pl.lit(value=False).alias("is_answer")
    )
    answered = _select_answered(surveys).select(
        *_INVITATION, pl.col(answer_at).alias("at"), pl.lit(value=True).alias("is_answer")
    )
    return pl.concat([sent, answered]).sort("customer_id", "known_at", "at", "is_answer", "survey_id")


def _select_answered(surveys: pl.DataFrame) -> pl.DataFrame:
    answered = surveys.filter(pl.col("answered_at").is_not_null())
    return answered.with_columns(pl.col(ANSWER_KNOWN).alias("known_at"))


def _flag(asked: pl.Expr, holds: pl.Expr) -> pl.Expr:
    return pl.when(asked).then(holds.cast(pl.Float64))


def _rating() -> pl.Expr:
    share = (_SCORE - _LEAST) / pl.when(_MOST > _LEAST).then(_MOST - _LEAST)
    easy = pl.when(pl.col("higher_is_easier")).then(share).when(~pl.col("higher_is_easier")).then(1 - share)
    return pl.when(pl.col("metric") == "ces").then(easy).otherwise(share)


def _add_stage(answers: pl.DataFrame, touchpoints: pl.DataFrame | None) -> pl.DataFrame:
    about_ticket = pl.when(pl.col("ticket_id").is_not_null()).then(pl.lit("service"))
    if touchpoints is None:
        return answers.with_columns(about_ticket.alias("stage"))
    asked = answers.select("customer_id", "touchpoint_id").drop_nulls().unique()
    # by their ids alone almost all others are left out, which is quickly seen
    near = touchpoints.filter(pl.col("touchpoint_id").is_in(asked["touchpoint_id"].implode()))
    met = near.join(asked, on=["customer_id", "touchpoint_id"], how="semi").select(
        "customer_id", "touchpoint_id", "stage", pl.col("known_at").alias("met")
    )
    first = met.sort("met", "stage").unique(["customer_id", "touchpoint_id"], keep="first", maintain_order=True)
    # a touchpoint that became known after the answer parts the dates: it is not there yet, or it is known
    joined = answers.join(first, on=["customer_id", "touchpoint_id"], how="left")
    return joined.with_columns(pl.coalesce("stage", about_ticket).alias("stage")).drop("met")


STREAMS = (
    Stream("survey_invitations", ("surveys",), "at", derive_invitations),
    Stream("survey_outcomes", ("surveys",), "at", derive_outcomes),
    Stream("survey_answers", ("surveys",), "answered_at", derive_answers, beside=("touchpoints",)),
)
