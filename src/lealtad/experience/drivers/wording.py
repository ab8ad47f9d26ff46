"""Drivers in words: their names, the gain from fixing them, and the sentences of the page."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.experience.drivers.known_facts import PARTED
from lealtad.experience.drivers.outcomes import CHURN, NPS
from lealtad.experience.journey.wording import name_touchpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.base.language import Language


@cache
def read_words(code: str) -> dict[str, dict[str, str]]:
    """Return the sentences of a language, by part and name.

    Examples
    --------
    >>> read_words("es")["quadrants"]["fix_first"]
    'Arreglar primero'
    """
    text = files("lealtad.experience.drivers").joinpath(f"words.{code}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def name_driver_in_words(driver: str, language: Language) -> str:
    """Name a driver.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> english = Language.from_code("en")
    >>> name_driver_in_words("touchpoint|service|web|knowledge_base", english)
    'Knowledge base (web)'
    >>> name_driver_in_words("moment|price_rise", english)
    'Price rise'
    """
    words = read_words(language.code)
    kind, *parts = driver.split(PARTED)
    if kind == "moment":
        return words["moments"].get(parts[0], parts[0])
    if kind == "ticket":
        return words["kinds"]["ticket"].format(category=parts[0].replace("_", " "))
    _, channel, touchpoint = parts
    return words["kinds"]["touchpoint"].format(
        touchpoint=name_touchpoint(touchpoint, channel, language), channel=translate_name(channel, language.code)
    )


def format_gain(row: Mapping[str, Any], end: str, language: Language) -> str:
    """Format a bound of the gain from fixing a driver, with its sign, in the unit of the outcome."""
    value = row[end]
    sign = "+" if value > 0 else ""
    if row["outcome"] == NPS:
        return sign + language.decimal(value, 1)
    if row["outcome"] == CHURN:
        return sign + language.number(round(value))
    return sign + language.money(round(value))


def describe_gain(row: Mapping[str, Any], language: Language) -> str:
    """Describe the gain from fixing a driver."""
    sentences = read_words(language.code)["gains"]
    if not row["gain"]:
        return sentences["none"]
    value, low, high = (format_gain(row, end, language) for end in ("gain", "gain_low", "gain_high"))
    return sentences[row["outcome"]].format(value=value, low=low, high=high)
