"""What in an echo is too good to be foresight: the limits, and the sentences they are told in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lealtad.checks.leakage.echo import ABSENCE
from lealtad.checks.leakage.findings import LeakFinding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from lealtad.checks.leakage.findings import Level

    Row = dict[str, Any]

NAME = "echo"
SAYS = "No feature tells the outcome, by its value or its absence, as nothing does that was measured before it."
# beyond silence, one number measured in time ranks leavers with an AUC of 0.5 to 0.65
NEAR_PERFECT, STRONG = 0.85, 0.75
# what foretells leaving within a month foretells leaving in the month after it too, if less well
JUMP_FROM, JUMP_LEAVES = 0.6, 0.4
MARK, MARK_CUSTOMERS, MARK_ODDS = 0.7, 20, 10
# what an attribute without versions says today stands in every past row; one that says nothing does no harm
HINDSIGHT, HINDSIGHT_MAYBE = 0.65, 0.55

_LOOK = (
    "Look at the facts behind it with lealtad.explain_feature: are they written when customers leave, and dated "
    "earlier? Load them with the time at which the company knew them (recorded_at), or leave them out."
)
_VERSION = (
    "Load versions of the customers with valid_from, so that each date sees what was known then, or leave the "
    "attribute out."
)
_VOUCH = (
    "Load each version as it stood then, or leave the attribute out. Who knows that it was known in time names it "
    "under known_in_time in [features] of lealtad.toml."
)


@dataclass(frozen=True)
class EchoLimit:
    """One limit: whether a row of the echo passes it, given the share of all who left.

    Attributes
    ----------
    says
        The limit in words, for the report.
    found
        What is said of a feature that passes it; its words are the columns of the echo, and `what` and `left`.
    """

    level: Level
    passed: Callable[[Row, float], bool]
    says: str
    found: str
    fix: str


def find_suspicions(
    echo: pl.DataFrame, left: float, attributes: Mapping[str, tuple[EchoLimit, ...]]
) -> list[LeakFinding]:
    """Return what looks like an echo of the outcome rather than a sign of it, at most one finding per feature.

    Parameters
    ----------
    echo
        See `compute_echo`. All limits are tested with three standard errors to spare.
    left
        Share of all rows after which the customer left.
    attributes
        Of each feature of an attribute, the limits that hold for it beside those of all.
    """
    suspicions: dict[str, LeakFinding] = {}
    for row in echo.to_dicts():
        limits = (*attributes.get(row["feature"], ()), *LIMITS)
        passed = next((limit for limit in limits if limit.passed(row, left)), None)
        earlier = suspicions.get(row["feature"])
        if passed is not None and (earlier is None or (earlier.level, passed.level) == ("warning", "error")):
            what = "Its absence" if row["aspect"] == ABSENCE else "It"
            sentence = passed.found.format(**row, what=what, left=left, best=_choose_ranking(row))
            suspicions[row["feature"]] = LeakFinding(passed.level, NAME, row["feature"], sentence, passed.fix)
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
    """Return the AUC of all dates or of the newest, whichever is surer: today's snapshot is nearest to it."""
    pairs = [(float(row[f"auc_{date}"]), float(row[f"margin_{date}"])) for date in ("0", "newest")]
    return max(pairs, key=lambda pair: pair[0] - pair[1] if pair[0] == pair[0] else -1.0)[0]


def _surely(limit: float, *dates: str) -> Callable[[Row, float], bool]:
    return lambda row, _left: any(row[f"auc_{date}"] - row[f"margin_{date}"] >= limit for date in dates)


LIMITS = (
    EchoLimit(
        "error",
        _surely(NEAR_PERFECT, "beyond"),
        f"Error: an AUC beyond silence above {NEAR_PERFECT}. What is measured in time reaches 0.5 to 0.65.",
        "{what} alone ranks those who left with an AUC of {auc_beyond:.3f}; nothing measured before is so sure.",
        _LOOK,
    ),
    EchoLimit(
        "error",
        _jumps,
        f"Error: an AUC beyond silence above {JUMP_FROM}, of which, for those who leave a horizon later, less "
        f"than {JUMP_LEAVES:.0%} of the distance from chance remains. Of real ones two thirds do.",
        "{what} ranks those who left within one horizon with an AUC of {auc_beyond:.3f}, and those who left in "
        "the next with {auc_1:.3f}: it appears with the act of leaving, not before it.",
        _LOOK,
    ),
    EchoLimit(
        "warning",
        _marks,
        f"Warning: of at least {MARK_CUSTOMERS} customers whose value is not the usual one more than {MARK:.0%} "
        f"left, with {MARK_ODDS} times the odds of all.",
        "Of the {unusual:,} customers whose value is not the usual one {unusual_left:.0%} left (of all: "
        "{left:.0%}): it marks leavers.",
        "If it is written when customers leave, and dated earlier, leave it out. If it was known in time, these "
        "customers had left already: let [label] in model.toml count them out.",
    ),
    EchoLimit(
        "warning",
        _surely(STRONG, "beyond"),
        f"Warning: any other feature with an AUC beyond silence above {STRONG}.",
        "{what} alone ranks those who left with an AUC of {auc_beyond:.3f}, which is much for one number.",
        "Check when its facts became known.",
    ),
)
_SNAPSHOT = (
    "No customer has versions that differ in it, so what it says today stands in every past row; and what this "
    "attribute says ranks those who left with an AUC of {best:.3f}."
)
HINDSIGHT_LIMITS = (
    EchoLimit(
        "error",
        _surely(HINDSIGHT, "0", "newest"),
        f"Error: an attribute without versions with an AUC above {HINDSIGHT}, over all dates or at the newest.",
        _SNAPSHOT,
        _VERSION,
    ),
    EchoLimit(
        "warning",
        _surely(HINDSIGHT_MAYBE, "0", "newest"),
        f"Warning: an attribute without versions with an AUC above {HINDSIGHT_MAYBE}.",
        _SNAPSHOT,
        _VERSION,
    ),
)
VERSIONED_LIMITS = (
    EchoLimit(
        "error",
        _surely(HINDSIGHT, "0", "newest"),
        f"Error: an attribute with versions with an AUC above {HINDSIGHT}, over all dates or at the newest, "
        "unless the company says that it was known in time.",
        "The customers have versions, but what this attribute says ranks those who left with an AUC of "
        "{best:.3f}, as one does that was written into all versions in hindsight.",
        _VOUCH,
    ),
)
