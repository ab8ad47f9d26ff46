"""The overview: every experiment with its verdict, and what the contacts of past campaigns changed."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.web_page import render_page
from lealtad.experiments.decay import compare_contacts, find_silence, read_contact_times, recommend_rest
from lealtad.experiments.decay.contact_times import list_campaign_contacts
from lealtad.experiments.effect import compute_itt_lift
from lealtad.experiments.pages.survival_words import describe_silence, describe_survival, draw_survival
from lealtad.experiments.pages.wording import Words
from lealtad.experiments.running.experiment_state import Survival, follow_customers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.experiments.outcomes.measures import Conditions
    from lealtad.lake import Lake

ROOM = "lealtad.experiments.pages"
_PER = 1000
_WEEKS_OF_CONTACT = 8
_SHOWN = 12  # campaigns, the newest
_MOST_CONTACTS = 4
_SURE = 0.05


@dataclass(frozen=True)
class CampaignHistory:
    """What the contacts of past campaigns changed.

    Attributes
    ----------
    lift
        As `compute_itt_lift` returns it, for churn within the horizon of the churn model.
    survival
        Week by week since the assignment; None if too few churned.
    contacts
        As `compare_contacts` returns it.
    silence_days
        How long a silence counts as churn, in days; None if contracts end.
    """

    lift: pl.DataFrame
    survival: Survival | None
    contacts: pl.DataFrame
    silence_days: int | None = None


def read_campaign_history(lake: Lake, conditions: Conditions) -> CampaignHistory | None:
    """Read the company's campaigns as experiments; None if the model predicts no churn, or nobody was held out.

    An assignment counts as churned if the customer churned within the horizon of the churn model. It is unknown
    until the horizon is over.
    """
    assigned = list_campaign_contacts(lake)
    both = assigned.height and assigned["treated"].n_unique() == 2  # noqa: PLR2004 - both arms
    if not both:
        return None
    times = read_contact_times(lake, assigned, conditions)
    if times.is_empty():
        return None
    observed = times.with_columns(
        arm=pl.when("treated").then(pl.lit("treated")).otherwise(pl.lit("holdout")), observed="churned_soon"
    )
    lift = compute_itt_lift(observed)
    survival, contacts = follow_customers(times, ""), compare_contacts(times, _WEEKS_OF_CONTACT)
    return CampaignHistory(lift, survival, contacts, find_silence(conditions.label))


def write_overview(  # noqa: PLR0913 - what the page is of
    path: Path,
    experiments: Sequence[Mapping[str, str]],
    history: CampaignHistory | None,
    as_of: datetime,
    language: Language,
    *,
    cooling_off_days: int,
) -> None:
    """Write the overview as one self-contained file.

    Parameters
    ----------
    experiments
        `name, page, verdict` of each.
    cooling_off_days
        How long the playbook waits between contacts.
    """
    words = Words(language)
    survival = None if history is None else history.survival
    path.write_text(
        render_page(
            ROOM,
            "overview.html.jinja",
            language,
            express=words.express,
            as_of=as_of,
            experiments=experiments,
            campaigns=_build_campaigns(history, words),
            survival=[] if survival is None else _describe_survival(survival, cooling_off_days, words),
            silence=describe_silence(None if history is None else history.silence_days, words),
            chart="" if survival is None else draw_survival(survival.curve, words),
            contacts=_build_contacts(history, words),
            trend=_describe_trend(history, words),
        ),
        encoding="utf-8",
    )


def _describe_survival(survival: Survival, cooling_off_days: int, words: Words) -> list[str]:
    named = Survival(words.express("h_campaigns"), survival.curve, survival.verdict, survival.decay)
    lines = describe_survival(named, words)
    if recommend_rest(survival.decay) is not None:
        lines.append(words.express("rest_longer", now=cooling_off_days))
    return lines


def _build_campaigns(history: CampaignHistory | None, words: Words) -> dict[str, object]:
    rows = []
    lift = pl.DataFrame() if history is None else history.lift.drop_nulls("lift")
    if lift.height:
        single = lift.drop_nulls("campaign_id").sort("campaign_id", descending=True).head(_SHOWN)
        for row in pl.concat([lift.filter(pl.col("campaign_id").is_null()), single]).iter_rows(named=True):
            numbers = [words.language.decimal(_PER * row[name], 1) for name in ("lift", "low", "high")]
            shares = [words.language.percent(row[name], 1) for name in ("treated_left", "holdout_left")]
            name = row["campaign_id"] or words.express("all_campaigns")
            count = words.language.number(row["treated"] + row["holdout"])
            rows.append([name, count, *shares, f"{numbers[0]} [{numbers[1]}, {numbers[2]}]"])
    heads = [words.express(key) for key in ("campaign", "customers", "treated_left", "holdout_left", "saved")]
    return {"heads": heads, "rows": rows, "numbers": (1, 2, 3, 4)}


def _build_contacts(history: CampaignHistory | None, words: Words) -> dict[str, object]:
    rows = []
    for row in [] if history is None else history.contacts.iter_rows(named=True):
        contact = str(row["contact"])
        name = words.express("contacts_more", n=contact) if row["contact"] == _MOST_CONTACTS else contact
        ratio, low, high = (words.language.decimal(exp(row[key]), 2) for key in ("effect", "low", "high"))
        rows.append([name, words.language.number(row["n"]), f"{ratio} [{low}, {high}]"])
    heads = [words.express(key) for key in ("contact", "customers", "odds")]
    return {"heads": heads, "rows": rows, "numbers": (1, 2)}


def _describe_trend(history: CampaignHistory | None, words: Words) -> str:
    if history is None or history.contacts.height < 2:  # noqa: PLR2004 - two contacts can differ
        return ""
    p_value = history.contacts["trend"][0]
    return words.express("novelty" if p_value < _SURE else "no_novelty", p=words.write_p(p_value))
