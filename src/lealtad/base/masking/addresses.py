"""Postal addresses and dates of birth."""

from __future__ import annotations

import re

from lealtad.base.masking.marks import mark

_CAPITAL = r"[A-ZÁÉÍÓÚÜÑ][\w'’.-]*"
_STREET_ES = re.compile(
    r"(?<!\w)(?:c/|(?:calle|avda|avenida|av|plaza|pza|paseo|pº|camino|carretera|ctra|ronda|travesía|"
    r"urbanización|urb|gran vía|rambla)\b\.?)"
    rf"\s*(?:(?:de|del|la|las|los|el|san|santa)\s+){{0,3}}(?:{_CAPITAL}|\w+)(?:\s+(?:(?:de|del|la|las|los|y)\s+){{0,2}}{_CAPITAL}){{0,5}}"
    r"\s*,?\s*(?:n[.ºo°úu]*m?[.ero]*\s*)?\d+\w?(?:\s*[,-]?\s*(?:bajo|\d+\s?[ºª°]?)(?:\s*[,-]?\s*[A-Z](?!\w)|\s*(?:izq|dcha|dch|izda)\w*\.?)?)?",
    re.IGNORECASE,
)
_STREET_EN = re.compile(
    r"(?<!\w)(?:(?:flat|apt|apartment|unit)\s*\w+,?\s+)?\d+[a-z]?,?\s+(?:[A-Z][\w'’-]*\s+){1,3}"
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|way|close|court|ct|square|sq|terrace|crescent|boulevard|blvd|place|gardens)\b\.?",
    re.IGNORECASE,
)
_POSTCODE_UK = re.compile(r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2}(?!\w)")
# a postcode after an address or before a capitalised place, and boxes
_TOWN = re.compile(
    rf"(\ue000address\ue001\s*,?\s*(?:{_CAPITAL}(?:\s+{_CAPITAL}){{0,3}},?\s+)?)(?:[A-Z]{{2}}\s)?\d{{5}}(?:-\d{{4}})?(?!\w)"
)
_BOX = re.compile(
    r"(?<!\w)(?:p\.?\s?o\.?\s?box|apartado de correos|apdo\.?(?: de correos)?)\s*(?:n[ºo°]?\.?\s*)?\d+(?!\w)",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"(?<!\w)((?:c\.?\s?p\.?|código postal|cod\. postal|zip(?: code)?|post\s?code)\s*:?\s*)"
    r"[A-Z]{0,2}\d{4,5}(?:-\d{4})?(?!\w)",
    re.IGNORECASE,
)
_DATE = (
    r"\d{1,4}(?:st|nd|rd|th)?(?:\s*[./-]\s*|\s+(?:of\s+|de\s+)?)(?:\d{1,2}|[a-záéíóú]{3,10})"
    r"(?:\s*[./-]\s*|,?\s+(?:de\s+|del\s+)?)\d{2,4}|[A-Z][a-z]{2,8}\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
)
_BORN = re.compile(
    r"(?<!\w)((?:born|nac[ií]|nacid[oa]|date of birth|d\.?o\.?b\.?|birthday|fecha de nacimiento|"
    r"f(?:echa|\.)?\s?(?:de\s)?nac\.?|cumpleaños)"
    rf"(?:\s*(?:on|in|is|el|el día|es|:|-))*\s*)(?:{_DATE})",
    re.IGNORECASE,
)


def mask_addresses(text: str) -> str:
    """Mask streets with a number, postcodes, and the date after a word for birth."""
    text = _BORN.sub(lambda match: match[1] + mark("birth"), text)
    for street in (_STREET_ES, _STREET_EN, _POSTCODE_UK, _BOX):
        text = street.sub(mark("address"), text)
    text = _TOWN.sub(lambda match: match[1] + mark("address"), text)
    return _POSTCODE.sub(lambda match: match[1] + mark("address"), text)
