"""The catalog: every feature, in the order of its columns, and its hash."""

from __future__ import annotations

import ast
import hashlib
import inspect
from functools import cache
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
from lealtad.kpis import csat as csat_rules
from lealtad.kpis import merges, waiting
from lealtad.kpis import tickets as ticket_rules
from lealtad.sources.contract import outcomes, returns, scales

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.examples.features.company import CompanyProfile

_WORDING = ("document.py", "explaining.py", "sentences.py", "units.py")  # no value rests on them
_RULES = (
    *(business_calendar, business_time, csat_rules, merges, outcomes, returns, scales),
    *(ticket_rules, waiting),
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
    own_families = list(dict.fromkeys(feature.family for feature in CATALOG))
    strange = [name for name in families if name not in own_families]
    if strange:
        raise SettingsError(
            place="families",
            expected="families of features",
            found=f"'{strange[0]}'",
            fix=suggest_name(strange[0], own_families),
        )
    return [
        column for feature in CATALOG if families and feature.family not in families for column in feature.columns
    ]


def check_catalog(catalog: Sequence[Feature]) -> None:
    """Refuse a catalog that cannot be computed.

    Raises
    ------
    SettingsError
        If a column stands twice, or a window is below 1.
    """
    makers: dict[str, Feature] = {}
    for feature in catalog:
        short = [window for window in (*feature.windows, *feature.reads) if window < 1]
        if short:
            place = f"feature {feature.module}.{feature.name}"
            found = f"a window of {short[0]} days"
            raise SettingsError(
                place=place, expected="windows of at least 1 day", found=found, fix="Fix it there."
            )
        for column in feature.columns:
            if column in makers:
                raise SettingsError(
                    place=f"feature {feature.module}.{feature.name}",
                    expected="a name that no other feature has",
                    found=f"'{column}', which {makers[column].module}.{makers[column].name} makes too",
                    fix="Rename one of them.",
                )
            makers[column] = feature


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


@cache
def hash_code() -> str:
    """Return a hash of the code that a value of lealtad's own features rests on, whatever is said about it.

    Sentences, docstrings, comments and layout change nothing in it.
    """
    room = Path(__file__).parent
    sources = [
        path.read_text(encoding="utf-8") for path in sorted(room.rglob("*.py")) if path.name not in _WORDING
    ]
    rules = [inspect.getsource(module) for module in _RULES]
    code = "\n".join(describe_code(ast.parse(source)) for source in [*sources, *rules])
    return hashlib.sha256(code.encode()).hexdigest()


def describe_code(node: object) -> str:
    """Return what a part of a program computes, the same for every version of Python.

    Examples
    --------
    >>> one, other = ast.parse("def double(n):\\n    'Twice.'\\n    return 2 * n"), ast.parse("def double(n): return 2*n")
    >>> describe_code(one) == describe_code(other)
    True
    """
    if isinstance(node, list):
        return "[" + ",".join(describe_code(part) for part in node if not _is_text(part)) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = ((name, value) for name, value in ast.iter_fields(node) if value is not None and value != [])
    return f"{type(node).__name__}({','.join(f'{name}={describe_code(value)}' for name, value in fields)})"


def _is_text(statement: object) -> bool:
    """Say whether a statement is a text alone, such as a docstring."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
