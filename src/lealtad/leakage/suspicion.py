"""What in an echo is too good to be foresight: the limits, and the sentences they are told in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lealtad.leakage.echo import ABSENCE
from lealtad.leakage.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

NAME = "echo"
# One number measured in time ranks leavers with an AUC of 0.6 to 0.85. Whoever is surely beyond this knows more.
NEAR_PERFECT = 0.9
STRONG = 0.85
# What foretells leaving next month foretells leaving the month after that less well, but it does: of what strong
# real features are above chance, two thirds and more are left. Of an echo of the act of leaving nothing is.
JUMP_FROM, JUMP_LEFT = 0.65, 0.4
# Nearly everybody who has the mark left, and it is not so that nearly everybody leaves.
MARKED, MARKED_CUSTOMERS, MARKED_ODDS = 0.8, 20, 10.0
# An attribute that is not versioned stands in every past row as it is today. One that tells nothing does no harm.
HINDSIGHT, HINDSIGHT_MAYBE = 0.65, 0.55


def suspicions(echo: pl.DataFrame, left: float, unversioned: Collection[str]) -> list[Finding]:
    """Return what looks like an echo of the outcome rather than a sign of it, at most one finding per feature.

    Parameters
    ----------
    echo
        See `compute_echo`. All limits are tested with three standard errors to spare.
    left
        Share of all rows after which the customer left.
    unversioned
        Features of attributes whose table has no versions.
    """
    found: dict[str, Finding] = {}
    for row in echo.sort("auc_0", descending=True, nulls_last=True).to_dicts():
        one = _suspicion(row, left, unversioned=row["feature"] in unversioned)
        known = found.get(row["feature"])
        if one is not None and (known is None or (known.level, one.level) == ("warning", "error")):
            found[row["feature"]] = one
    return list(found.values())


def _suspicion(row: dict[str, Any], left: float, *, unversioned: bool) -> Finding | None:
    name = row["feature"]
    what = "Its absence" if row["aspect"] == ABSENCE else "It"
    low = row["auc_0"] - row["margin_0"]
    if unversioned and (told := _hindsight(row)):
        return told
    if low >= NEAR_PERFECT:
        found = f"{what} alone ranks those who left with an AUC of {row['auc_0']:.3f}; nothing measured before is so sure."
        return Finding("error", NAME, name, found, _LOOK)
    if _jumps(row):
        found = (
            f"{what} ranks those who left within one horizon with an AUC of {row['auc_0']:.3f}, and those who left "
            f"in the next with {row['auc_1']:.3f}: it appears with the act of leaving, not before it."
        )
        return Finding("error", NAME, name, found, _LOOK)
    if _marks(row, left):
        found = (
            f"Of the {row['unusual']:,} customers whose value is not the usual one {row['unusual_left']:.0%} left "
            f"(of all: {left:.0%}): it marks leavers."
        )
        return Finding("error", NAME, name, found, _LOOK)
    if low >= STRONG:
        found = (
            f"{what} alone ranks those who left with an AUC of {row['auc_0']:.3f}, which is much for one number."
        )
        return Finding("warning", NAME, name, found, "Check when its facts became known.")
    return None


_LOOK = (
    "Look at the facts behind it with lealtad.explain_feature: are they written when customers leave, and dated "
    "earlier? Load them with the time at which the company knew them (recorded_at), or leave them out."
)
_VERSION = (
    "Load versions of the customers with valid_from, so that each date sees what was known then, or leave the "
    "attribute out."
)


def _hindsight(row: dict[str, Any]) -> Finding | None:
    at_newest = (row["auc_newest"], row["margin_newest"])
    auc, margin = max(((row["auc_0"], row["margin_0"]), at_newest), key=lambda one: one[0] - one[1])
    if auc - margin < HINDSIGHT_MAYBE:
        return None
    level = "error" if auc - margin >= HINDSIGHT else "warning"
    found = (
        "The customers table has no versions, so what it says today stands in every past row; and what this "
        f"attribute says ranks those who left with an AUC of {auc:.3f}."
    )
    return Finding(level, NAME, row["feature"], found, _VERSION)


def _jumps(row: dict[str, Any]) -> bool:
    surely_near = row["auc_0"] - row["margin_0"] >= JUMP_FROM
    furthest = row["auc_1"] + row["margin_1"] - 0.5
    return surely_near and furthest <= JUMP_LEFT * (row["auc_0"] - 0.5) + row["margin_1"] / 2


def _marks(row: dict[str, Any], left: float) -> bool:
    if row["unusual"] < MARKED_CUSTOMERS or not row["unusual_left_low"] >= MARKED:
        return False
    odds = row["unusual_left"] / max(1 - row["unusual_left"], 1e-9)
    return bool(odds >= MARKED_ODDS * left / max(1 - left, 1e-9))
