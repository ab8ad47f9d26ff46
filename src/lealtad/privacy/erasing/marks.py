"""What identifies a customer besides an id: contact details in a search, their words quoted on a page."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from lealtad.privacy.search.needles import Needles

if TYPE_CHECKING:
    from collections.abc import Collection

    from lealtad.lake import Lake

_LEAST_DIGITS, _LEAST_NAME, _LEAST_QUOTE = 7, 6, 12
_MASKED = re.compile(r"\[[^\]]*\]")
_TEXTS = {"surveys": ("comment",), "ticket_events": ("subject", "text")}
ERASED = "[erased]"


@dataclass(frozen=True)
class Marks:
    """What identifies some customers in texts.

    Attributes
    ----------
    needles
        Their ids.
    contacts
        Their e-mail addresses, normalised, and the digits of their phones.
    names
        Their names, normalised. Others may have the same names, so they count only in searches.
    words
        Their texts, normalised.
    """

    needles: Needles
    contacts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: str = field(default="", repr=False)

    def is_named(self, text: str) -> bool:
        """Return whether a text names one of them by id, mail or phone."""
        if self.needles.contains(text, "id"):
            return True
        folded, digits = _fold(text), re.sub(r"\D", "", text)
        return any(mark in digits if mark.isdigit() else mark in folded for mark in self.contacts)

    def is_search(self, text: str) -> bool:
        """Return whether somebody searched for one of them."""
        return self.is_named(text) or any(name in _fold(text) for name in self.names)

    def blank(self, text: str) -> str:
        """Return a text without their ids; a text with their contact details is blanked as a whole."""
        clean = self.needles.blank(text, ERASED)
        return ERASED if self.is_named(clean) else clean

    def is_quote(self, text: str) -> bool:
        """Return whether a text is one of their sentences; short sentences are not specific to anyone."""
        folded = _fold(text.replace("…", "").strip(" «»“”\"'"))
        # masked parts on a page are in brackets; the rest must match
        parts = [part.strip() for part in _MASKED.split(folded)]
        return len(folded) >= _LEAST_QUOTE and any(parts) and all(part in self.words for part in parts)


def gather_marks(lake: Lake, ids: Collection[str]) -> Marks:
    """Read what identifies customers; once they are removed from the lake, only their ids."""
    of_customers = pl.col("customer_id").is_in(sorted(ids))
    buckets = lake.bucket_of(pl.Series(sorted(ids), dtype=pl.String)).unique().sort().to_list()
    contacts, names = set[str](), set[str]()
    for bucket in buckets if lake.has("contacts") else ():
        rows = lake.history("contacts", bucket, where=of_customers)
        contacts |= _list_texts(rows, "email") | _list_phones(rows)
        names |= _list_texts(rows, "name")
    words: list[str] = []
    for name, columns in _TEXTS.items():
        for bucket in buckets if lake.has(name) else ():
            present = [column for column in columns if column in lake.columns(name)]
            rows = lake.history(name, bucket, columns=["customer_id", *present], where=of_customers)
            words += [text for column in present for text in rows[column].drop_nulls().unique().to_list()]
    return Marks(
        Needles.from_ids(ids),
        tuple(sorted(contacts)),
        tuple(sorted(names)),
        "\n".join(map(_fold, dict.fromkeys(words))),
    )


def _list_texts(rows: pl.DataFrame, column: str) -> set[str]:
    texts = rows[column].drop_nulls().to_list() if column in rows.columns else []
    return {_fold(text) for text in texts if len(text) >= _LEAST_NAME}


def _list_phones(rows: pl.DataFrame) -> set[str]:
    phones = rows["phone"].drop_nulls().to_list() if "phone" in rows.columns else []
    digits = {re.sub(r"\D", "", phone) for phone in phones}
    return {each for each in digits if len(each) >= _LEAST_DIGITS}


def _fold(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).lower().split())
