"""Limits on how well a single feature can honestly predict, with their sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lealtad.base.sentence import Sentence
from lealtad.base.sentence import mark_for_translation as _
from lealtad.checks.leakage.echo import ABSENCE
from lealtad.checks.leakage.findings import LeakFinding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from lealtad.checks.leakage.findings import Level

    Row = dict[str, Any]

NAME = _("echo")
SAYS = _("No feature, by its value or its absence, ranks the outcome better than earlier measurements can.")
# beyond silence, a number known in time ranks churned customers with an AUC of 0.5 to 0.65
NEAR_PERFECT, STRONG = 0.85, 0.75
# a feature that predicts churn within a month also predicts churn in the next month, if less well
JUMP_FROM, JUMP_LEAVES = 0.6, 0.4
MARK, MARK_CUSTOMERS, MARK_ODDS = 0.7, 20, 10
# an attribute without versions has today's value in every past row; without signal it does no harm
HINDSIGHT, HINDSIGHT_MAYBE = 0.65, 0.55

_LOOK = _(
    "Look at its facts with lealtad.explain_feature: are they written when customers churn, and dated earlier? "
    "Load them with the time at which the company knew them (recorded_at), or leave them out."
)
_VERSION = _(
    "Load versions of the customers with valid_from, so that each date sees what was known then. Or leave the "
    "attribute out."
)
_VOUCH = _(
    "Load each version as it was then, or leave the attribute out. If you know that it was known in time, name it "
    "under known_in_time in [features] of lealtad.toml."
)


@dataclass(frozen=True)
class EchoLimit:
    """One limit: whether a row of the echo exceeds it, given the churn rate.

    Attributes
    ----------
    says
        The limit in words, for the report.
    found
        The sentence about a feature that exceeds it, with the columns of the echo, `what` and `left`.
    """

    level: Level
    is_exceeded: Callable[[Row, float], bool]
    says: str
    found: str
    fix: str


def find_suspicions(
    echo: pl.DataFrame, left: float, attributes: Mapping[str, tuple[EchoLimit, ...]]
) -> list[LeakFinding]:
    """Return features that look like an echo of the outcome rather than a signal, one finding per feature at most.

    Parameters
    ----------
    echo
        See `compute_echo`. All limits are tested with three standard errors to spare.
    left
        Share of all rows after which the customer churned.
    attributes
        Additional limits of features of attributes.
    """
    suspicions: dict[str, LeakFinding] = {}
    for row in echo.to_dicts():
        limits = (*attributes.get(row["feature"], ()), *LIMITS)
        exceeded = next((limit for limit in limits if limit.is_exceeded(row, left)), None)
        earlier = suspicions.get(row["feature"])
        if exceeded is not None and (earlier is None or (earlier.level, exceeded.level) == ("warning", "error")):
            what = _("Its absence") if row["aspect"] == ABSENCE else _("It")
            sentence = Sentence(exceeded.found, **row, what=what, left=left, best=_choose_ranking(row))
            suspicions[row["feature"]] = LeakFinding(exceeded.level, NAME, row["feature"], sentence, exceeded.fix)
    return list(suspicions.values())


def _jumps(row: Row, _left: float) -> bool:
    surely_near = row["auc_beyond"] - row["margin_beyond"] >= JUMP_FROM
    return surely_near and bool(row["auc_1"] + row["margin_1"] - 0.5 <= JUMP_LEAVES * (row["auc_beyond"] - 0.5))


def _marks(row: Row, left: float) -> bool:
    if row["unusual"] < MARK_CUSTOMERS or not row["unusual_left_low"] >= MARK:
        return False
    odds = row["unusual_left"] / max(1 - row["unusual_left"], 1e-9)
    return bool(odds >= MARK_ODDS * left / max(1 - left, 1e-9))


def _choose_ranking(row: Row) -> float:
    """Return the AUC of all dates or of the newest date, whichever is clearer; a snapshot of today shows there."""
    pairs = [(float(row[f"auc_{date}"]), float(row[f"margin_{date}"])) for date in ("0", "newest")]
    return max(pairs, key=lambda pair: pair[0] - pair[1] if pair[0] == pair[0] else -1.0)[0]


def _exceed_limit(limit: float, *dates: str) -> Callable[[Row, float], bool]:
    return lambda row, _left: any(row[f"auc_{date}"] - row[f"margin_{date}"] >= limit for date in dates)


LIMITS = (
    EchoLimit(
        "error",
        _exceed_limit(NEAR_PERFECT, "beyond"),
        Sentence(
            _("Error: an AUC beyond silence above {limit}. Features measured in time reach {low} to {high}."),
            limit=NEAR_PERFECT,
            low=0.5,
            high=0.65,
        ),
        _(
            "{what} alone ranks churned customers with an AUC of {auc_beyond:.3f}; no feature measured in time "
            "does."
        ),
        _LOOK,
    ),
    EchoLimit(
        "error",
        _jumps,
        Sentence(
            _(
                "Error: an AUC beyond silence above {limit} that loses over {share:.0%} of its distance from "
                "chance for churn a horizon later. Real signals keep two thirds of it."
            ),
            limit=JUMP_FROM,
            share=1 - JUMP_LEAVES,
        ),
        _(
            "{what} ranks churn within one horizon with an AUC of {auc_beyond:.3f}, and churn in the next with "
            "{auc_1:.3f}. It appears with the churn, not before it."
        ),
        _LOOK,
    ),
    EchoLimit(
        "warning",
        _marks,
        Sentence(
            _(
                "Warning: at least {customers} customers have an unusual value, and more than {share:.0%} of them "
                "churned, with {odds} times the odds of all."
            ),
            customers=MARK_CUSTOMERS,
            share=MARK,
            odds=MARK_ODDS,
        ),
        _(
            "{unusual:,} customers have an unusual value, and {unusual_left:.0%} of them churned ({left:.0%} of "
            "all customers did). The value marks churned customers."
        ),
        _(
            "If it is written when customers churn, and dated earlier, leave it out. If it was known in time, "
            "these customers had churned already: exclude them by [label] in model.toml."
        ),
    ),
    EchoLimit(
        "warning",
        _exceed_limit(STRONG, "beyond"),
        Sentence(_("Warning: any other feature with an AUC beyond silence above {limit}."), limit=STRONG),
        _(
            "{what} alone ranks churned customers with an AUC of {auc_beyond:.3f}, which is high for a single "
            "feature."
        ),
        _("Check when its facts became known."),
    ),
)
_SNAPSHOT = _(
    "No customer has versions that differ in it, so every past row holds the value of today. This attribute ranks "
    "churned customers with an AUC of {best:.3f}."
)
HINDSIGHT_LIMITS = (
    EchoLimit(
        "error",
        _exceed_limit(HINDSIGHT, "0", "newest"),
        Sentence(
            _("Error: an attribute without versions with an AUC above {limit}, over all dates or at the newest."),
            limit=HINDSIGHT,
        ),
        _SNAPSHOT,
        _VERSION,
    ),
    EchoLimit(
        "warning",
        _exceed_limit(HINDSIGHT_MAYBE, "0", "newest"),
        Sentence(_("Warning: an attribute without versions with an AUC above {limit}."), limit=HINDSIGHT_MAYBE),
        _SNAPSHOT,
        _VERSION,
    ),
)
VERSIONED_LIMITS = (
    EchoLimit(
        "error",
        _exceed_limit(HINDSIGHT, "0", "newest"),
        Sentence(
            _(
                "Error: an attribute with versions with an AUC above {limit}, over all dates or at the newest. "
                "The company may say that it was known in time."
            ),
            limit=HINDSIGHT,
        ),
        _(
            "The customers have versions, but this attribute ranks churned customers with an AUC of {best:.3f}. "
            "It may have been written into all versions in hindsight."
        ),
        _VOUCH,
    ),
)
