"""National and regional holidays; the only module that imports the `holidays` package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import holidays

from lealtad.base.errors import SettingsError, suggest_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def check_country(country: str | None, subdivision: str | None) -> None:
    """Raise if no holidays are known for the country or its subdivision.

    Raises
    ------
    SettingsError
        If either code is unknown, or a subdivision is given without a country.
    """
    supported = holidays.list_supported_countries()
    if country is None and subdivision is None:
        return
    if country not in supported:
        raise SettingsError(
            place="business hours, country",
            expected="an ISO 3166 code such as ES or MX",
            found=f"'{country}'",
            fix=suggest_name(country or "", sorted(supported)) if country else "Name the country too.",
        )
    if subdivision is not None and subdivision not in supported[country]:
        raise SettingsError(
            place="business hours, subdivision",
            expected=f"a subdivision of {country}",
            found=f"'{subdivision}'",
            fix=suggest_name(subdivision, supported[country]),
        )


def list_public_holidays(country: str | None, subdivision: str | None, years: Iterable[int]) -> frozenset[date]:
    """Return the holidays of those years; an empty result without a country."""
    if country is None:
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=list(years)))
