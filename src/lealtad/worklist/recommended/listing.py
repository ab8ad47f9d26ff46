"""Recommendations as part of a list: the id of the list, the team's rows, and the reasons in words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.lake import hash_content
from lealtad.recommending.wording import add_reasons
from lealtad.worklist.columns import TRANSLATED_REASONS, select_team_columns
from lealtad.worklist.customer_details import read_details
from lealtad.worklist.due_dates import compute_due_dates
from lealtad.worklist.quadrant import assign_quadrant
from lealtad.worklist.recommended.choice import choose_recommendations
from lealtad.worklist.recommended.stored import SCHEMA, read_recommended
from lealtad.worklist.stability import compare_ranks
from lealtad.worklist.stored_lists import RECOMMENDATIONS
from lealtad.worklist.wording import join_notes

if TYPE_CHECKING:
    from lealtad.base.language import Language
    from lealtad.company.playbook import Playbook
    from lealtad.kpis import BusinessCalendar
    from lealtad.lake import Lake
    from lealtad.worklist.decision import Decision
    from lealtad.worklist.night import Night

_DIGITS = 12
_BAND = "low"  # a recommendation is not urgent


@dataclass(frozen=True)
class Recommended:
    """The recommendations of a list.

    Attributes
    ----------
    rows
        As `choose_recommendations` returns them, with the list's id.
    """

    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA))

    @property
    def listed(self) -> pl.DataFrame:
        """The rows for the team, without the holdout."""
        return self.rows.filter(pl.col("arm") == "treated").sort("rank")

    def summary(self) -> dict[str, Any]:
        """Return the summary of a list's recommendations, without naming customers; empty if there are none."""
        if self.rows.is_empty():
            return {}
        return {
            "recommended": self.listed.height,
            "recommended_held_out": self.rows.height - self.listed.height,
            "recommended_gain": round(float(self.listed["expected_gain"].sum()), 2),
        }

    def translate_reasons(self, language: Language) -> pl.DataFrame:
        """Return the reason of each listed customer in words; columns of `columns.TRANSLATED_REASONS`."""
        if self.rows.is_empty():
            return pl.DataFrame(schema=dict.fromkeys(TRANSLATED_REASONS, pl.String))
        worded = add_reasons(self.listed, language).select(
            "customer_id", language=pl.lit(language.code), reason_1="reason"
        )
        absent = [pl.lit(None, pl.String).alias(name) for name in TRANSLATED_REASONS if name not in worded.columns]
        return worded.with_columns(absent).select(TRANSLATED_REASONS)

    def build_team_rows(
        self, lake: Lake, night: Night, playbook: Playbook, language: Language, calendar: BusinessCalendar | None
    ) -> pl.DataFrame:
        """Return the rows for the team, to be placed after those of the list: codes, and the reason in words."""
        listed = self.listed
        last = night.previous.filter(pl.col("arm") == "treated").drop_nulls("rank")
        shown = read_details(lake, night.as_of, listed["customer_id"].to_list())
        people = night.candidates.select(
            "customer_id",
            assign_quadrant(playbook),
            "promoter_probability",
            "promoter_basis",
            "value_at_stake",
            "model_version",
            churn_probability="probability",
            churn_probability_low="low",
            churn_probability_high="high",
            usual_probability=pl.lit(night.candidates["probability"].drop_nulls().mean(), pl.Float64),
        )
        rows = listed.select(pl.exclude("probability"))
        for more in (
            compare_ranks(listed, last).drop("rank"),
            people,
            shown,
            self.translate_reasons(language).drop("language"),
        ):
            rows = rows.join(more, on="customer_id", how="left", maintain_order="left")
        described = rows.with_columns(
            join_notes(consent_unknown=pl.col("consent").is_null()),
            band=pl.lit(_BAND),
            suggested_action=pl.col("action"),
            effect_basis=pl.col("share_basis"),
            effect_share=pl.col("share_measured"),
        )
        return select_team_columns(described.with_columns(compute_due_dates(described, night.as_of, calendar)))


def add_recommendations(  # noqa: PLR0913, PLR0917 - what recommendations are chosen by
    lake: Lake,
    night: Night,
    decision: Decision,
    offers: pl.DataFrame,
    playbook: Playbook,
    key: bytes,
) -> tuple[Decision, Recommended]:
    """Add product recommendations to a decision.

    Parameters
    ----------
    lake
        Its earlier recommendations keep each customer's arm.
    night
        The customers and their consent.
    decision
        The list without recommendations.
    offers
        One row per offered customer and product. Without rows, a stored list of this night keeps its
        recommendations.
    playbook
        The rules of recommending.
    key
        The secret key of the random draw into arms.

    Returns
    -------
    The decision and its recommendations under a common list id. Without any, the decision is unchanged.
    """
    if not offers.height and not lake.has(RECOMMENDATIONS):
        return decision, Recommended()
    past = read_recommended(lake, night.as_of)
    if offers.height:
        before = past.filter(pl.col("as_of") < night.as_of)
        rows = choose_recommendations(night, decision, offers, before, playbook, key)
    else:
        rows = past.filter(pl.col("as_of") == night.as_of).with_columns(list_id=pl.lit(None, pl.String))
    return join_list(decision, rows, playbook)


def add_last_recommended(lake: Lake, night: Night) -> Night:
    """Return the night with the previous list's recommendations included, to show changes."""
    if not lake.has(RECOMMENDATIONS) or night.previous.is_empty():
        return night
    past = read_recommended(lake, night.as_of)
    last = past.filter(pl.col("as_of") == night.previous["as_of"][0], pl.col("arm") == "treated")
    same = [name for name in last.columns if name in night.previous.columns and name != "probability"]
    return replace(night, previous=pl.concat([night.previous, last.select(same)], how="diagonal"))


def join_list(decision: Decision, rows: pl.DataFrame, playbook: Playbook) -> tuple[Decision, Recommended]:
    """Combine a decision and its recommendations into one list with a common id; without any it is unchanged."""
    if rows.is_empty():
        return decision, Recommended()
    ordered = rows.sort(["arm", "rank", "customer_id"], descending=[True, False, False], nulls_last=True)
    rules = playbook.recommend.model_dump_json()
    own = str(decision.rows["list_id"].max() or "")
    name = hashlib.sha256(f"{own}\n{rules}\n{hash_content(ordered)}".encode()).hexdigest()[:_DIGITS]
    named = pl.lit(name, pl.String).alias("list_id")
    whole = replace(decision, rows=decision.rows.with_columns(named))
    return whole, Recommended(ordered.with_columns(named))


def name_actions(team: pl.DataFrame, playbook: Playbook, code: str) -> dict[str, str]:
    """Return the text of each action in a language.

    Parameters
    ----------
    team
        The rows of the list. With a column `product`, `suggested_action` of a recommendation gets its product.
    playbook
        Its actions, and the text of a recommendation with `{product}`.
    code
        Code of the language, such as `en`.

    Returns
    -------
    Text by action.
    """
    words = {action.name: str(getattr(action.words, code)) for action in playbook.actions}
    if "product" not in team.columns:
        return words
    text = getattr(playbook.recommend.words, code)
    named = team.drop_nulls("product").select("suggested_action", "product").unique(maintain_order=True)
    return {**words, **{action: text.replace("{product}", product) for action, product in named.iter_rows()}}
