"""The unit in which a section's amounts count: cents, whole units or thousands."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.files.kinds import strip_packing
from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import get_words, remove_accents
from lealtad.sources.recognition.tables.vendor_exports import find_vendor

if TYPE_CHECKING:
    from collections.abc import Collection

    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_CENTS = get_words("currencies", "cents")
_WITHOUT_CENTS = get_words("currencies", "without_cents")
_AMOUNTS = ("amount", "amount_monthly", "margin", "discount", "price")
_MONEY = r"(?:de )?(?:€|\$|£|eur|euros?|usd|dolares|dollars|gbp|mxn|cop|clp|ars|pesos)"
_THOUSANDS = re.compile(
    rf"\b(?:miles|thousands?) (?:of )?{_MONEY}|\bk ?{_MONEY}|\b{_MONEY} ?k\b|\(000s?\)|\b000s\b"
)
_MILLIONS = re.compile(rf"\b(?:millones|millions?) (?:of )?{_MONEY}")
_EITHER = re.compile(rf"\bm{{1,2}} ?{_MONEY}|\b{_MONEY} ?m{{1,2}}\b")  # a million, or a thousand in Chile
_MANY_UNITS = frozenset({"miles", "thousand", "thousands", "millones", "million", "millions"})
_DOCUMENTS = (".json", ".jsonl", ".ndjson")
_IN_CENTS = "is it in cents? If so, map it and set scale.{} = 0.01; if not, map it as it is"
_IN_BOTH = (
    "does it count cents, but whole units of {}? Then map a column of a query that divides the others by 100; if "
    "not, map it as it is"
)
_IN_MANY = (
    "is it in thousands or millions? If so, map it and set scale.{} = 1000 or 1000000; if not, map it as it is"
)


def scale_amounts(section: Proposal, table: SourceTable) -> Proposal:
    """Scale amounts whose header names their unit, and ask about amounts that may be cents or thousands.

    An API often counts cents: whole numbers in a JSON document, beside a currency that has cents, are asked. So
    are those beside a currency such as `eur`, in lower case.
    """
    scale: dict[str, object] = {}
    for column in (name for name in _AMOUNTS if name in section.columns):
        header = section.columns[column]
        factor, words = find_factor(header), set(split_words(header))
        if factor is not None:
            scale[column] = factor
        elif words & _MANY_UNITS or _EITHER.search(_simplify(header)):
            section = section.ask(column, header, _IN_MANY.format(column))
        elif column not in _list_vendor_scales(table) and (codes := _find_currencies(section, table, column)):
            section = section.ask(column, header, ask_for_unit(codes) or _IN_CENTS.format(column))
    return replace(section, keys={**section.keys, "scale": scale}) if scale else section


def ask_for_unit(codes: Collection[str]) -> str:
    """Ask for the unit of amounts in currencies of which some have no cents; empty for others.

    Examples
    --------
    >>> ask_for_unit(["USD", "CLP"]).partition("?")[0]
    'does it count cents, but whole units of CLP'
    >>> ask_for_unit(["CLP"]), ask_for_unit(["USD"])
    ('', '')
    """
    whole = sorted(_WITHOUT_CENTS & {*codes})
    return _IN_BOTH.format(", ".join(whole)) if whole and {*codes} - _WITHOUT_CENTS else ""


def find_factor(header: str) -> float | None:
    """Return the factor that a header names; None if it names none.

    Examples
    --------
    >>> [find_factor(header) for header in ("amount_cents", "Importe (miles €)", "Revenue (k€)", "Importe")]
    [0.01, 1000, 1000, None]
    """
    if _CENTS & set(split_words(header)):
        return 0.01
    text = _simplify(header)
    if _THOUSANDS.search(text) or "(000" in header:
        return 1000
    return 1_000_000 if _MILLIONS.search(text) else None


def _simplify(header: str) -> str:
    return re.sub(r"[^\w€$£]+|_", " ", remove_accents(header.lower())).strip()


def _list_vendor_scales(table: SourceTable) -> Collection[str]:
    """Return the columns whose unit the preset of a vendor states."""
    recognized = find_vendor(table.headers)
    return recognized.export.keys.get("scale", {}) if recognized else ()


def _find_currencies(section: Proposal, table: SourceTable, column: str) -> Collection[str]:
    """Return the currencies of whole amounts of an API, which may be cents; nothing if none has cents."""
    files = table.place.keys.get("files", "")
    document = isinstance(files, str) and strip_packing(files).lower().endswith(_DOCUMENTS)
    currency, times = section.columns.get("currency"), section.keys.get("times")
    if currency not in table.headers or not (document or _are_of_an_api(table.content(currency).values)):
        return ()
    prices = times.get(column, ()) if isinstance(times, dict) else ()
    header = next((name for name in prices if name in table.headers), section.columns[column])
    codes = {value.upper() for value in table.content(currency).values}
    if header not in table.headers or codes <= _WITHOUT_CENTS:
        return ()
    numbers = table.content(header).numbers
    return codes if numbers is not None and not numbers.decimal and not numbers.point else ()


def _are_of_an_api(currencies: Collection[str]) -> bool:
    """Whether currencies are written in lower case, as in JSON, whatever file they came to."""
    return bool(currencies) and all(code == code.lower() for code in currencies)
