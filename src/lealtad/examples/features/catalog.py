"""The catalog: every feature, in the order of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name
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
from lealtad.examples.features.own import load_own_features, locate_formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.examples.features.company import CompanyProfile

FAMILIES = (rhythm, money, outreach, journey, channels, surveys, tickets, contract, words, season, attributes)
CATALOG: tuple[Feature, ...] = tuple(
    member for family in FAMILIES for member in vars(family).values() if isinstance(member, Feature)
)


def build_catalog(company: CompanyProfile) -> tuple[Feature, ...]:
    """Return every feature of a company: those of lealtad, one per declared level, and those of its own modules.

    Raises
    ------
    SettingsError
        If a module cannot be imported or holds no feature, two features make the same column, or a window is below
        1 day.
    """
    catalog = (*CATALOG, *attributes.make_attribute_features(company.levels), *load_own_features(company.modules))
    check_catalog(catalog)
    return catalog


def list_excluded_columns(families: Sequence[str]) -> list[str]:
    """Return the columns of lealtad's own families that are not among those named; no name means every family.

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
            raise SettingsError(
                place=f"feature {feature.module}.{feature.name}",
                expected="windows of at least 1 day",
                found=f"a window of {short[0]} days",
                fix=f"Fix {locate_formula(feature)}, then run lealtad features.",
            )
        for column in feature.columns:
            if column in makers:
                raise SettingsError(
                    place=f"feature {feature.module}.{feature.name}",
                    expected="a name that no other feature has",
                    found=f"'{column}', which {makers[column].module}.{makers[column].name} makes too",
                    fix=f"Rename the one in {locate_formula(feature)}, then run lealtad features.",
                )
            makers[column] = feature
