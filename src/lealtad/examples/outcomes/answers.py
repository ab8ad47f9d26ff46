"""Outcomes of answering and recommending: an active customer's next NPS invitation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.company.outcome_definition import Recommending
from lealtad.examples.features.streams.orders import select_purchases
from lealtad.kpis.spells import build_spells, select_active_spells
from lealtad.kpis.thresholds import DETRACTOR_TO, PROMOTER_FROM
from lealtad.lake import NO_IDENTITIES, express_person, resolve_people, select_as_of
from lealtad.sources.contract.scales import keep_answerable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lealtad.company.outcome_definition import Invited

_NOBODY = pl.DataFrame(schema={"customer_id": pl.String, "as_of": INSTANT})


def compute_answers(
    tables: Mapping[str, pl.DataFrame],
    as_of: Sequence[datetime],
    label: Invited,
    end: datetime,
    identities: pl.DataFrame = NO_IDENTITIES,
) -> pl.DataFrame:
    """Return the active customers and the outcome of their next NPS invitation, one row per (customer_id, as_of).

    Activity is judged by what was known at the date, under the ids at that date. The outcome is judged by what is
    known now, under all ids of the customer.

    Parameters
    ----------
    tables
        Every version of the `surveys`, and of the `subscriptions` or else the `orders`, as `Lake.history` returns
        them.
    label
        The invitation is the first one sent in `[as_of + lead, as_of + lead + horizon)`.

    Returns
    -------
    `customer_id, as_of, missing, observed`; sorted. `missing` is always null: every active customer can be scored.
    For answering, `observed` is whether an answer came within `answer_days`. For a promoter it is whether that
    answer was 9 or 10, for a detractor whether it was 0 to 6. It is null if no answer came, if nothing was
    sent, or if the data end before `answer_days` are over.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from lealtad.company.outcome_definition import Answering
    >>> days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 5, 6)]
    >>> start = pl.DataFrame({"subscription_id": ["s"], "customer_id": ["a"], "occurred_at": days[:1],
    ...                       "event": ["start"], "known_at": days[:1]})
    >>> asked = pl.DataFrame({"customer_id": ["a"], "metric": ["nps"], "kind": ["relational"],
    ...                       "sent_at": days[1:2], "answered_at": days[2:], "score": [9.0], "scale_min": [0.0],
    ...                       "scale_max": [10.0], "known_at": days[1:2]})
    >>> later = datetime(2026, 6, 1, tzinfo=UTC)
    >>> tables = {"surveys": asked, "subscriptions": start}
    >>> compute_answers(tables, days[1:2], Answering(), later)["observed"].to_list()
    [True]
    """
    invited = find_next_invitations(tables, as_of, label, end, identities)
    observed = pl.when(pl.col("sent_at").is_not_null()).then(_express_observed(label)).alias("observed")
    return invited.select("customer_id", "as_of", pl.lit(None, pl.String).alias("missing"), observed)


def find_next_invitations(
    tables: Mapping[str, pl.DataFrame],
    as_of: Sequence[datetime],
    label: Invited,
    end: datetime,
    identities: pl.DataFrame = NO_IDENTITIES,
) -> pl.DataFrame:
    """Return the invitation that `compute_answers` judges: `customer_id, as_of, sent_at, score`; sorted.

    `sent_at` is null if nothing was sent in time, or the outcome is not known yet; `score` is null without an
    answer. For the parameters see `compute_answers`.
    """
    active = find_active(tables, sorted(set(as_of)), label.alive_days, identities)
    person = express_person(resolve_people(identities)).alias("person")
    opens = (pl.col("as_of") + timedelta(days=label.lead_days)).alias("opens")
    judged = (
        active.with_columns(person, opens)
        .sort("opens")
        .join_asof(
            select_invitations(select_as_of(tables["surveys"], identities), label).rename(
                {"customer_id": "person"}
            ),
            left_on="opens",
            right_on="sent_at",
            by="person",
            strategy="forward",
            check_sortedness=False,
            coalesce=False,
        )
    )
    span, waits = timedelta(days=label.horizon_days), timedelta(days=label.answer_days)
    is_sent = (pl.col("sent_at") < pl.col("opens") + span) & (pl.col("sent_at") + waits <= end)
    details = [pl.when(is_sent).then(name).alias(name) for name in ("sent_at", "score")]
    return judged.select("customer_id", "as_of", *details).sort("customer_id", "as_of")


def select_invitations(surveys: pl.DataFrame, label: Invited) -> pl.DataFrame:
    """Return the NPS invitations of the label's kind: `customer_id, sent_at, score`, sorted by `sent_at`.

    Invitations of one customer at one instant, for example by mail and SMS, count as one. It is answered if any of
    them was, by the last answer. Among simultaneous answers the largest `survey_id` counts. `score` is null
    without an answer within `answer_days`. Questions on scales other than 0-10 or 1-10, and scores that are not
    whole numbers, are not NPS and are left out.
    """
    asked = keep_answerable(surveys.filter(pl.col("metric") == "nps", pl.col("kind") == label.survey))
    in_time = pl.col("answered_at") <= pl.col("sent_at") + timedelta(days=label.answer_days)
    score = pl.when(in_time).then("score").cast(pl.Float64).alias("score")
    ids = [name for name in ("survey_id",) if name in asked.columns]
    order = ["sent_at", "customer_id", "answered_at", *ids, "score"]
    invitations = asked.select("customer_id", "sent_at", pl.when(in_time).then("answered_at"), *ids, score)
    last = invitations.sort(order, nulls_last=False).unique(
        ["customer_id", "sent_at"], keep="last", maintain_order=True
    )
    return last.select("customer_id", "sent_at", "score").sort("sent_at", "customer_id")


def find_active(
    tables: Mapping[str, pl.DataFrame], dates: Sequence[datetime], alive_days: int, identities: pl.DataFrame
) -> pl.DataFrame:
    """Return `customer_id, as_of` of customers with a contract in force, or else an order in `alive_days`.

    Without contracts and orders, customers invited in the `alive_days` before are active.
    """
    if "subscriptions" in tables:
        changes = [select_as_of(tables["subscriptions"], identities, date) for date in dates]
        histories = [
            select_active_spells(build_spells(rows, date), date) for rows, date in zip(changes, dates, strict=True)
        ]
    else:
        name, clock = ("orders", "ordered_at") if "orders" in tables else ("surveys", "sent_at")
        facts = [select_as_of(tables[name], identities, date) for date in dates]
        signs = [select_purchases(rows) if name == "orders" else rows for rows in facts]
        histories = [
            rows.filter(pl.col(clock).is_between(date - timedelta(days=alive_days), date, closed="left"))
            for rows, date in zip(signs, dates, strict=True)
        ]
    active = [
        rows.select("customer_id").unique().with_columns(pl.lit(date, INSTANT).alias("as_of"))
        for rows, date in zip(histories, dates, strict=True)
    ]
    return pl.concat([_NOBODY, *active])


def _express_observed(label: Invited) -> pl.Expr:
    score = pl.col("score")
    if isinstance(label, Recommending):
        return score >= PROMOTER_FROM if label.kind == "promoter" else score <= DETRACTOR_TO
    return score.is_not_null()
