"""What gives a customer away besides an id: contact details in a search, their words quoted on a page."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.masking import mask_personal_data
from lealtad.privacy.search.needles import Needles

if TYPE_CHECKING:
    from collections.abc import Collection

    from lealtad.lake import Lake

_LEAST_DIGITS, _LEAST_NAME, _LEAST_QUOTE = 7, 6, 12
_TEXTS = {"surveys": ("comment",), "ticket_events": ("subject", "text")}
ERASED = "[erased]"


@dataclass(frozen=True)
class Marks:
    """What some customers are recognised by.

    Attributes
    ----------
    needles
        Their ids.
    contacts
        Their names, mails (folded) and the digits of their phones.
    words
        What they wrote, folded, as it is and masked.
    """

    needles: Needles
    contacts: tuple[str, ...] = ()
    words: str = field(default="", repr=False)

    def is_named(self, text: str) -> bool:
        """Say whether a text names one of them by id or contact details."""
        if self.needles.holds(text, "id"):
            return True
        folded, digits = _fold(text), re.sub(r"\D", "", text)
        return any(mark in digits if mark.isdigit() else mark in folded for mark in self.contacts)

    def blank(self, text: str) -> str:
        """Return a text without their ids; one that names them by contact details goes as a whole."""
        clean = self.needles.blank(text, ERASED)
        return ERASED if self.is_named(clean) else clean

    def is_quote(self, text: str) -> bool:
        """Say whether a text is a sentence of theirs; short ones are everybody's."""
        folded = _fold(text.replace("…", "").strip(" «»“”\"'"))
        return len(folded) >= _LEAST_QUOTE and folded in self.words


def gather_marks(lake: Lake, ids: Collection[str]) -> Marks:
    """Read what customers are recognised by; once they left the lake it is their ids alone."""
    theirs = pl.col("customer_id").is_in(sorted(ids))
    buckets = lake.bucket_of(pl.Series(sorted(ids), dtype=pl.String)).unique().sort().to_list()
    contacts: set[str] = set()
    if lake.has("contacts"):
        for bucket in buckets:
            rows = lake.history("contacts", bucket, where=theirs)
            contacts |= _list_contacts(rows)
    words: list[str] = []
    for name, columns in _TEXTS.items():
        for bucket in buckets if lake.has(name) else ():
            present = [column for column in columns if column in lake.columns(name)]
            rows = lake.history(name, bucket, columns=["customer_id", *present], where=theirs)
            words += [text for column in present for text in rows[column].drop_nulls().unique().to_list()]
    details = sorted(contacts)
    masked = [mask_personal_data(text, language, details) for text in words for language in ("en", "es")]
    return Marks(Needles.of(ids), tuple(details), "\n".join(map(_fold, dict.fromkeys([*words, *masked]))))


def _list_contacts(rows: pl.DataFrame) -> set[str]:
    texts = {
        _fold(text)
        for column in ("name", "email")
        if column in rows.columns
        for text in rows[column].drop_nulls().to_list()
        if len(text) >= _LEAST_NAME
    }
    phones = rows["phone"].drop_nulls().to_list() if "phone" in rows.columns else []
    digits = {re.sub(r"\D", "", phone) for phone in phones}
    return texts | {each for each in digits if len(each) >= _LEAST_DIGITS}


def _fold(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).lower().split())
