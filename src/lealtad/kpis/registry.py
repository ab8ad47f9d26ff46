"""The measures in force: every file of `lealtad.kpis.measures` declares its own in `MEASURES`."""

from __future__ import annotations

import hashlib
import json
import pkgutil
from dataclasses import asdict
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.kpis import measures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lealtad.kpis.measure import KpiDefinition, Measure, Shown


@cache
def list_measures(shown: Shown | None = None) -> tuple[Measure, ...]:
    """Return the measures, in the order in which pages show them.

    Parameters
    ----------
    shown
        "journey" or "company" for those shown there; None for all.

    Examples
    --------
    >>> [measure.name for measure in list_measures("journey")][:3]
    ['nps', 'csat', 'ces']
    """
    files = sorted(module.name for module in pkgutil.iter_modules(measures.__path__))
    declared = [measure for file in files for measure in import_module(f"{measures.__name__}.{file}").MEASURES]
    ranked = sorted(declared, key=lambda measure: (measure.rank, measure.name))
    return tuple(measure for measure in ranked if shown is None or shown in measure.shown)


def find_measure(name: str) -> Measure:
    """Return the measure of that name.

    Raises
    ------
    SettingsError
        If no measure has that name.
    """
    by_name = {measure.name: measure for measure in list_measures()}
    if name in by_name:
        return by_name[name]
    raise SettingsError(
        place="KPI definitions",
        expected="the name of a KPI",
        found=f"'{name}'",
        fix=suggest_name(name, list(by_name)),
    )


def list_definitions() -> tuple[KpiDefinition, ...]:
    """Return the definitions in force, one per measure."""
    return tuple(measure.definition for measure in list_measures())


def definitions_hash(definitions: Iterable[KpiDefinition] | None = None) -> str:
    """Return the SHA-256 of all definitions in force, which is logged with every model.

    Examples
    --------
    >>> len(definitions_hash())
    64
    """
    in_force = list_definitions() if definitions is None else definitions
    in_order = sorted((asdict(definition) for definition in in_force), key=lambda fields: str(fields["name"]))
    return hashlib.sha256(json.dumps(in_order, sort_keys=True).encode()).hexdigest()
