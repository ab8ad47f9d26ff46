"""Weights of touchpoints for the journey map, read from the table of `lealtad drivers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.drivers.costs import describe_cost, read_cost_rows
from lealtad.experience.drivers.known_facts import PARTED
from lealtad.experience.drivers.wording import read_words
from lealtad.experience.journey import JourneyWeights, TouchpointWeight

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language

_COLUMNS = ("outcome", "driver", "importance", "group")
_TOUCHPOINT = f"touchpoint{PARTED}"


def read_journey_weights(path: Path, language: Language, page: str = "drivers.html") -> JourneyWeights | None:
    """Read the weights of touchpoints; None if no drivers were computed.

    The cost of failures is added if it is beyond chance.

    Parameters
    ----------
    path
        `drivers.csv` of the run.
    page
        The page of drivers, as linked from the map.

    Examples
    --------
    >>> from pathlib import Path
    >>> from lealtad.base.language import Language
    >>> read_journey_weights(Path("nowhere/drivers.csv"), Language.from_code("en")) is None
    True
    """
    if not path.is_file():
        return None
    rows = pl.read_csv(path, schema_overrides={"importance": pl.Float64})
    if not set(_COLUMNS) <= set(rows.columns):
        return None
    points = rows.filter(pl.col("driver").str.starts_with(_TOUCHPOINT)).select(_COLUMNS)
    words = read_words(language.code)
    ranks = (
        points.group_by("driver")
        .agg(pl.col("importance").sort().mean())
        .sort("importance", "driver", descending=True)
    )
    costs = {row["driver"]: row for row in read_cost_rows(path).iter_rows(named=True) if row["gain_low"] > 0}
    lines = {}
    for rank, driver in enumerate(ranks["driver"], start=1):
        parts = [
            words["journey"]["part"].format(
                outcome=words["outcomes"][row["outcome"]], share=language.percent(row["importance"], 1)
            )
            for row in points.filter(driver=driver).iter_rows(named=True)
        ]
        sentence = words["journey"]["weight"].format(parts=", ".join(parts))
        if driver in costs:
            cost = describe_cost(costs[driver], language)
            sentence = words["journey"]["cost"].format(weight=sentence, cost=cost.cost, interval=cost.interval)
        lines[driver.removeprefix(_TOUCHPOINT)] = TouchpointWeight(rank, sentence, page)
    return JourneyWeights(lines, words["journey"]["heading"])
