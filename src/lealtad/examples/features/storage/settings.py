"""The settings that a lake's features rest on: kept with the lake, so that everybody computes what it holds."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from lealtad.base.errors import LakeError, SettingsError
from lealtad.examples.features.catalog import build_catalog
from lealtad.examples.features.company import CompanyProfile, serialize_calendar
from lealtad.examples.features.own import read_own_source
from lealtad.kpis import BusinessCalendar

if TYPE_CHECKING:
    from lealtad.examples.features.feature import Feature
    from lealtad.lake import Lake

_HASH, _SOURCE = "hash", "modules_hash"
_PARTS = ("calendar", "sla", "levels", "failed_outcomes", "modules")


def serialize_settings(company: CompanyProfile, *, with_modules: bool = False) -> dict[str, Any]:
    """Return the settings that a lake keeps of a company: promises, hours, vocabulary, modules, hash.

    What has an order keeps it: levels are columns.

    Parameters
    ----------
    company
        The company to keep.
    with_modules
        Whether to hash the text of the company's own modules too, which must be importable then.

    Returns
    -------
    `calendar, sla, levels, failed_outcomes, modules, hash`, and `modules_hash` if asked for, as JSON holds them.
    """
    parts: dict[str, Any] = {
        "calendar": serialize_calendar(company.calendar),
        "sla": [[name, hours] for name, hours in company.sla.items()],
        "levels": [[name, list(values)] for name, values in company.levels.items()],
        "failed_outcomes": list(company.failed_outcomes),
        "modules": list(company.modules),
    }
    if with_modules and company.modules:
        parts[_SOURCE] = _hash_source(company)
    return {**parts, _HASH: _hash(parts)}


def read_company(lake: Lake) -> CompanyProfile:
    """Return the company's settings behind the lake's features; the default if the lake keeps none.

    Raises
    ------
    LakeError
        If what the lake keeps was changed by hand.
    """
    settings = lake.settings
    if settings is None:
        return CompanyProfile()
    parts = {name: part for name, part in settings.items() if name != _HASH}
    if settings.get(_HASH) != _hash(parts):
        raise LakeError(
            path=lake.root,
            expected="the settings that its features were computed under, as a job wrote them",
            found="settings that do not match their hash",
            fix="Restore lake.json from a backup, or run lealtad features to compute them again.",
        )
    return CompanyProfile(
        calendar=_read_calendar(parts["calendar"]),
        sla=dict(parts["sla"]),
        levels={name: tuple(values) for name, values in parts["levels"]},
        failed_outcomes=tuple(parts["failed_outcomes"]),
        modules=tuple(parts["modules"]),
    )


def read_catalog(lake: Lake) -> tuple[Feature, ...]:
    """Return the catalog of `read_company`, with the features of the company's own modules.

    Raises
    ------
    SettingsError
        If one of the modules cannot be imported, or they say something else than when the features were computed.
    """
    company = read_company(lake)
    catalog = build_catalog(company)
    then = (lake.settings or {}).get(_SOURCE)
    if then is not None and then != _hash_source(company):
        raise SettingsError(
            place=f"features.modules, {', '.join(company.modules)}",
            expected="the modules as they were when the lake's features were computed",
            found="modules that have changed since",
            fix="Run lealtad features, or pass the company explicitly.",
        )
    return catalog


def find_differences(lake: Lake, company: CompanyProfile) -> list[str]:
    """Return the settings of a company that differ from those the lake keeps, such as `calendar` or `sla`.

    The list is empty if the lake keeps none.
    """
    if lake.settings is None:
        return []
    then, now = serialize_settings(read_company(lake)), serialize_settings(company)
    return [name for name in _PARTS if then[name] != now[name]]


def check_settings(lake: Lake, company: CompanyProfile) -> None:
    """Refuse settings under which the lake's features would have other values.

    Raises
    ------
    SettingsError
        If `find_differences` finds any; the message names them.
    """
    other = find_differences(lake, company)
    if other:
        raise SettingsError(
            place="settings",
            expected="those that the lake's features were computed under",
            found=f"others: {', '.join(other)}",
            fix="Run lealtad features first, with the same settings, or leave out --settings.",
        )


def _read_calendar(stored: list[Any] | None) -> BusinessCalendar | None:
    if stored is None:
        return None
    hours, zone, country, subdivision, holidays = stored
    return BusinessCalendar(
        dict(hours), zone, country, subdivision, frozenset(date.fromisoformat(day) for day in holidays)
    )


def _hash_source(company: CompanyProfile) -> str:
    return hashlib.sha256(read_own_source(company.modules).encode()).hexdigest()


def _hash(stored: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()
