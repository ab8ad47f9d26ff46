"""A list with everything it was built from, and its summary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.worklist.absences import explain_absences
from lealtad.worklist.alternatives import compute_alternatives
from lealtad.worklist.capacity_scenarios import compute_capacity_scenarios
from lealtad.worklist.columns import ABSTENTIONS, REFERRALS, TRANSLATED_REASONS
from lealtad.worklist.customer_details import read_details
from lealtad.worklist.departures import LEFT, explain_departures
from lealtad.worklist.effect_estimates import draw_gammas
from lealtad.worklist.quadrant import select_referrals
from lealtad.worklist.recommended import Recommended
from lealtad.worklist.skipped_customers import count_skipped
from lealtad.worklist.stability import compute_jaccard

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from lealtad.base.language import Language
    from lealtad.company.playbook import Playbook
    from lealtad.experiments.effect import Effect
    from lealtad.lake import Lake
    from lealtad.models.registry import RegisteredModel
    from lealtad.worklist.decision import Decision
    from lealtad.worklist.night import Night
    from lealtad.worklist.reason_cache import ReasonCache

_KPI_DIGITS = 12


@dataclass(frozen=True)
class Worklist:
    """A list and everything it was built from.

    Attributes
    ----------
    is_newest
        Whether no list of a later night exists; a past list is only shown.
    team
        The team's columns, with codes.
    why
        The causes of the scores, in either language.
    recommended
        The products that the list recommends, and to whom; no rows if no offers were made.
    """

    night: Night
    decision: Decision
    model: RegisteredModel
    effect: Effect
    team: pl.DataFrame
    playbook: Playbook
    is_newest: bool
    why: ReasonCache
    recommended: Recommended = field(default_factory=Recommended)

    @property
    def gammas(self) -> NDArray[np.float64] | None:
        """Random draws of γ for each row of the list, from its uncertainty."""
        return draw_gammas(self.night, self.decision.rows, self.effect)

    @property
    def alternatives(self) -> pl.DataFrame:
        """What simple rules promise with the same contacts, as `compute_alternatives` returns it."""
        return compute_alternatives(self.night, self.decision, self.playbook, self.effect)

    @property
    def scenarios(self) -> pl.DataFrame:
        """What more contacts a day would bring, as `compute_capacity_scenarios` returns it."""
        return compute_capacity_scenarios(self.decision.treated, self.playbook, self.decision.drawn)

    def list_referrals(self, lake: Lake, most: int) -> pl.DataFrame:
        """Return promoters who are not at risk, to ask for a referral; those who answered come first.

        Customers of either arm of a campaign whose outcome is awaited are not asked, because asking is a contact
        too.
        """
        rows = self.decision.rows
        awaited = self.night.lasting_arms.filter("awaited")["customer_id"]
        busy = pl.concat([rows["customer_id"], awaited, self.recommended.rows["customer_id"]])
        asked = select_referrals(self.night.candidates, self.playbook, self.decision.skipped, busy)
        first = asked.head(most).with_row_index("rank", 1).rename({"probability": "churn_probability"})
        answers = read_details(lake, self.night.as_of, first["customer_id"].to_list())
        return (
            first.join(answers.select("customer_id", "last_nps", "last_csat"), on="customer_id", how="left")
            .with_columns(pl.lit(rows["list_id"].max(), pl.String).alias("list_id"))
            .sort("rank")
            .select(*REFERRALS)
        )

    def translate_reasons(self, languages: Sequence[Language]) -> pl.DataFrame:
        """Return the reasons of each listed customer in each language; columns of `columns.TRANSLATED_REASONS`."""
        listed = self.decision.worklist_rows.sort("rank")
        customers, actions = listed["customer_id"].to_list(), listed["action"].to_list()
        own = self.why.language.code
        worded = [
            (self.team if language.code == own else self.why.translate(language).describe(customers, actions))
            .with_columns(language=pl.lit(language.code, pl.String))
            .select(TRANSLATED_REASONS)
            for language in languages
        ]
        # in its own language, the team's rows already contain the reasons of recommendations
        others = [self.recommended.translate_reasons(language) for language in languages if language.code != own]
        return pl.concat([*worded, *others])

    def list_departures(self) -> pl.DataFrame:
        """Return customers of the last list who are no longer listed, and why, without revealing the holdout."""
        departed = explain_departures(self.night, self.decision).with_columns(as_of=pl.lit(self.night.as_of))
        return self._leave_out_recommended(departed)

    def list_absences(self) -> pl.DataFrame:
        """Return every active customer who is not on the list, and why, without revealing the holdout."""
        return self._leave_out_recommended(explain_absences(self.night, self.decision))

    def _leave_out_recommended(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Leave out the customers to whom the list recommends a product: they are on it."""
        return rows.join(self.recommended.listed, on="customer_id", how="anti", maintain_order="left")

    def list_abstentions(self) -> pl.DataFrame:
        """Return customers without a score or a value, and what is missing."""
        lacks = pl.coalesce("missing", "lacks").alias("missing")
        joined = self.night.candidates.join(self.decision.lacking, on="customer_id", how="inner")
        return joined.with_columns(lacks).select(name for name in ABSTENTIONS if name in joined.columns)

    def _sum_value_at_stake(self) -> float:
        """Return the margin expected to be lost with the churners of the horizon."""
        value = self.night.candidates.select(pl.col("probability") * pl.col("value_at_stake"))
        return float(value.to_series().fill_null(0.0).sum())

    def summary(self) -> dict[str, Any]:
        """Return the summary of the list, without naming any customer."""
        rows, listed, words = self.decision.rows, self.decision.worklist_rows, self.list_departures()["change"]
        before = self.night.previous.filter(pl.col("arm") == "treated")["customer_id"]
        counts = count_skipped(self.decision.skipped)
        now = self.team["customer_id"]
        return {
            "as_of": f"{self.night.as_of:%Y-%m-%d}",
            "list_id": rows["list_id"].max(),
            "listed": now.len(),
            "held_out": rows.height - listed.height,
            "explored": int(listed["explored"].sum()),
            "expected_gain": round(float(listed["expected_gain"].fill_null(0.0).sum()), 2),
            "value_at_stake": round(self._sum_value_at_stake(), 2),
            "gap": round(self.decision.allocation.gap, 2),
            "status": self.decision.allocation.status,
            "new": len(set(now) - set(before)),
            "resolved": int((words == "resolved").sum()),
            "left_the_list": {word: int((words == word).sum()) for word in LEFT},
            "jaccard_with_last": None if before.is_empty() else compute_jaccard(now, before),
            "left_alone": dict(counts.iter_rows()),
            "not_scored": self.night.candidates["probability"].null_count(),
            "without_value": self.decision.lacking.filter(pl.col("lacks") == "value").height,
            "effect": _summarize_effects(listed),
            "forgone_gain": round(float(listed["forgone_gain"].fill_null(0.0).sum()), 2),
            **self.recommended.summary(),
        }


def _summarize_effects(listed: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Return by action the basis of its effect, and the share that campaigns have measured."""
    rows = listed.group_by("action").agg(pl.col("saved_basis", "saved_share").first()).sort("action")
    return {
        row["action"]: {"basis": row["saved_basis"], "share": round(row["saved_share"] or 0.0, 3)}
        for row in rows.iter_rows(named=True)
    }


def describe_worklist(made: Worklist, language: Language) -> str:
    """Return the outcome of a night in one line, for progress and logs.

    Parameters
    ----------
    made
        The built list.
    language
        How the expected gain is written.

    Returns
    -------
    Customers listed and held out, the expected gain, and by action on what the assumed effect is based. No
    customer is named.
    """
    summary = made.summary()
    effects = ", ".join(
        f"{name} {effect['basis']}, {effect['share']:.0%} from campaigns"
        for name, effect in summary["effect"].items()
    )
    return (
        f"{summary['listed']:,} customers for {summary['as_of']}, {summary['held_out']:,} held out, "
        f"expected gain {language.money(summary['expected_gain'])} (effect: {effects or 'none'})"
    )
