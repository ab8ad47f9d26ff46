"""What may be offered to a customer, from the newest recommendations: two lists that are never mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lealtad.recommending.files import read_customer_offers
from lealtad.recommending.wording import describe_reason, read_words

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language

_SHOWN = 5


def describe_offers(out: Path, customer_id: str, language: Language) -> list[dict[str, Any]]:
    """Return the first five offers of each task in words; empty before recommendations were made.

    Returns
    -------
    Per task with offers: its `name`, `as_of`, and `offers` with `product` and `reason`.
    """
    rows = read_customer_offers(out, customer_id)
    names = read_words(language.code)["tasks"]
    lists: dict[str, dict[str, Any]] = {}
    for row in rows.filter(rows["rank"] <= _SHOWN).iter_rows(named=True):
        entry = lists.setdefault(row["task"], {"name": names[row["task"]], "as_of": row["as_of"], "offers": []})
        entry["offers"].append({"product": row["product"], "reason": describe_reason(row, language)})
    return list(lists.values())
