"""The desk's data sources: the lake of its run directory, and the company's display names."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from lealtad.base.language import Language
from lealtad.company.settings_in_force import find_settings_in_force
from lealtad.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Mapping


def open_lake() -> Lake:
    """Open the current state of the lake."""
    return Lake.open(settings.DESK_OUT / "lake")


def load_company_language(code: str, currency: str = "EUR") -> Language:
    """Return a language with the company's names of touchpoints and owners."""
    path = settings.DESK_OUT / "lealtad.toml"
    return Language.from_code(code, currency, _read_names(path.stat().st_mtime if path.is_file() else 0.0))


@lru_cache(maxsize=2)
def _read_names(_: float) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Read the names, cached until the settings change."""
    return find_settings_in_force(settings.DESK_OUT).settings.names.by_language


def name_owner(code: str | None, language: Language) -> str:
    """Return the company's name of an owner, or its code as words; empty for none."""
    names = [part.strip() for part in (code or "").split(",") if part.strip()]
    return ", ".join(language.name("owners", name) or name.replace("_", " ") for name in names)


def name_touchpoint(code: str, language: Language) -> str:
    """Return the company's name of a touchpoint, or its code as words."""
    return language.name("touchpoints", code) or code.replace("_", " ")
