"""The catalog: every feature, in the order of its columns, and its hash."""

from __future__ import annotations

import hashlib
import inspect
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.company.calendar import business_calendar, business_time
from lealtad.examples.features.families import (
    attributes,
    channels,
    contract,
    journey,
    money,
    outreach,
    rhythm,
    season,
    surveys,
    tickets,
    words,
)
from lealtad.examples.features.feature import Feature
from lealtad.examples.features.own import load_own_features, read_own_source
from lealtad.kpis import merges, thresholds, waiting
from lealtad.sources.contract import outcomes, returns, scales

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.examples.features.company import CompanyProfile

_TELLING = ("document.py", "explaining.py")  # they tell of values, which do not rest on them
_TICKET_RULES = import_module("lealtad.kpis.tickets")  # the package calls its function by the same name
_RULES = (
    *(business_calendar, business_time, merges, outcomes, returns, scales),
    *(thresholds, _TICKET_RULES, waiting),
)
FAMILIES = (rhythm, money, outreach, journey, channels, surveys, tickets, contract, words, season, attributes)
CATALOG: tuple[Feature, ...] = tuple(
    member for family in FAMILIES for member in vars(family).values() if isinstance(member, Feature)
)


def build_catalog(company: CompanyProfile) -> tuple[Feature, ...]:
    """Return every feature of a company: those of lealtad, one per declared level, those of its own modules.

    Raises
    ------
    SettingsError
        If a module cannot be imported or holds no feature, a name stands twice, or a window is below 1.
    """
    catalog = (*CATALOG, *attributes.make_attribute_features(company.levels), *load_own_features(company.modules))
    check_catalog(catalog)
    return catalog


def list_excluded_columns(families: Sequence[str]) -> list[str]:
    """Return the columns of lealtad's own families that are not among those named; none named stands for all.

    Raises
    ------
    SettingsError
        If a family is unknown.
    """
    known = list(dict.fromkeys(one.family for one in CATALOG))
    strange = [name for name in families if name not in known]
    if strange:
        raise SettingsError(
            place="families",
            expected="families of features",
            found=f"'{strange[0]}'",
            fix=suggest_name(strange[0], known),
        )
    return [column for one in CATALOG if families and one.family not in families for column in one.columns]


def check_catalog(catalog: Sequence[Feature]) -> None:
    """Refuse a catalog that cannot be computed.

    Raises
    ------
    SettingsError
        If a column stands twice, or a window is below 1.
    """
    seen: dict[str, Feature] = {}
    for one in catalog:
        short = [window for window in (*one.windows, *one.reads) if window < 1]
        if short:
            place = f"feature {one.module}.{one.name}"
            found = f"a window of {short[0]} days"
            raise SettingsError(
                place=place, expected="windows of at least 1 day", found=found, fix="Fix it there."
            )
        for column in one.columns:
            if column in seen:
                raise SettingsError(
                    place=f"feature {one.module}.{one.name}",
                    expected="a name that no other feature has",
                    found=f"'{column}', which {seen[column].module}.{seen[column].name} makes too",
                    fix="Rename one of them.",
                )
            seen[column] = one


def hash_catalog(company: CompanyProfile | None = None) -> str:
    """Return a hash of families, streams and engine, and of what the company adds: it changes when a value may.

    A model is bound to the hash it learned under, so that it never reads a feature which now means something
    else. Whole modules are hashed: a formula rests on the expressions beside it.
    """
    digest = hashlib.sha256(hash_code().encode())
    if company is not None:
        digest.update(company.fingerprint.encode())
        digest.update(read_own_source(company.modules).encode())
    return digest.hexdigest()


def hash_code() -> str:
    """Return a hash of every file that a value of lealtad's own features rests on."""
    room = Path(__file__).parent
    ours = [path.read_bytes() for path in sorted(room.rglob("*.py")) if path.name not in _TELLING]
    rules = [inspect.getsource(module).encode() for module in _RULES]
    return hashlib.sha256(b"".join([*ours, *rules])).hexdigest()
