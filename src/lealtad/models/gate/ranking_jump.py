"""Whether a challenger ranks implausibly better than everything before it, as with a leak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.models.gate.checks import GateCheck, format_interval

if TYPE_CHECKING:
    from typing import Any

RULES = ("recency", "frequency", "cadence")  # they see no attribute, so none that was written in hindsight
# of the ROC-AUC: sound models of the simulated company are .16 above the best rule and .03 above each other
OVER_RULES, OVER_CHAMPION = 0.25, 0.1
_NEEDED = (
    f"a ranking not surely more than {OVER_CHAMPION} above the champion or {OVER_RULES} above the best rule: "
    'look at the strongest features of the leak check; if the jump is explained, promote with --to N --because "…"'
)


def check_jump(compared: pl.DataFrame, champion: str) -> GateCheck:
    """Check that the ROC-AUC is not far above the champion's and the rules of thumb, as with a leak.

    Parameters
    ----------
    compared
        See `compute_rivals`.

    Examples
    --------
    >>> leap = pl.DataFrame({"rival": ["champion"], "measure": ["ranking"], "own": [0.88], "other": [0.69],
    ...                      "difference": [0.19], "low": [0.16], "high": [0.22]})
    >>> check_jump(leap, "champion").passed
    False
    """
    ranking = compared.filter(pl.col("measure") == "ranking")
    rules = ranking.filter(pl.col("rival").is_in(RULES)).sort("other", descending=True).head(1)
    comparisons = [
        *((row, OVER_CHAMPION) for row in ranking.filter(pl.col("rival") == champion).iter_rows(named=True)),
        *((row, OVER_RULES) for row in rules.iter_rows(named=True)),
    ]
    if not comparisons:
        return GateCheck("no leap in ranking", True, "nothing to compare with", _NEEDED)
    row, limit = max(comparisons, key=lambda pair: pair[0]["low"] - pair[1])
    return GateCheck("no leap in ranking", row["low"] <= limit, _describe_difference(row), _NEEDED)


def _describe_difference(row: dict[str, Any]) -> str:
    difference = format_interval(row["difference"], row["low"], row["high"])
    return f"{row['own']:.3f} against {row['other']:.3f} of {row['rival']}, difference {difference}"
