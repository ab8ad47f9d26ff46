"""How far back training reads, and which rules of `[keep]` are too short for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.examples.features import CompanyProfile, build_catalog
from lealtad.jobs.definitions import find_definitions
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources.contract import STORED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lealtad.company.settings import Settings
    from lealtad.lake import Lake

_FACTS = {table.name for table in STORED}
_DAY = 86_400.0


def list_cut_tables(lake: Lake, company: Settings, model: Path) -> dict[str, float]:
    """Return the tables that are kept too short for training, each with the days that training reads back.

    Facts are read from the longest window of a feature before the first training date, features from that date on.

    Parameters
    ----------
    model
        The definition whose dates count; without a name, the definitions that fit the lake's tables.
    """
    rules = {name: days for name, days in company.keep.tables.items() if lake.has(name)}
    if not rules:
        return {}
    end = find_end_of_data(lake)
    firsts = [definition.as_of_dates(lake)[0] for definition in find_definitions(model, lake)]
    dates = (end - min(firsts)).total_seconds() / _DAY
    catalog = build_catalog(CompanyProfile.of(company))
    window = max((days for feature in catalog for days in (*feature.windows, *feature.reads)), default=0)
    needed = {name: dates + window if name in _FACTS else dates for name in rules if name in {*_FACTS, "features"}}
    return {name: days for name, days in needed.items() if rules[name] < days}


def describe_cut(tables: Mapping[str, float]) -> str:
    """Report which keys of `[keep.tables]` must be larger.

    Examples
    --------
    >>> describe_cut({"orders": 1000.2, "features": 640.0})
    'training reads further back than [keep.tables] keeps: set features = 640, orders = 1001 at least'
    """
    keys = ", ".join(f"{name} = {-int(-days // 1)}" for name, days in sorted(tables.items()))
    return f"training reads further back than [keep.tables] keeps: set {keys} at least"
