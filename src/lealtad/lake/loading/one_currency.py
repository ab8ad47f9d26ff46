"""Amounts in several currencies cannot be summed: a load that would mix them is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.sources.currencies import CURRENCY, normalize_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.lake import Draft

_NOTE = "currencies"


def list_currencies(rows: pl.DataFrame) -> set[str]:
    """Return the currency codes of rows."""
    if CURRENCY not in rows.columns:
        return set()
    return set(rows.select(normalize_code(pl.col(CURRENCY)).unique().drop_nulls()).to_series())


def refuse_mixed_currencies(currencies: Mapping[str, set[str]], draft: Draft) -> None:
    """Refuse amounts in several currencies, within the load or together with the lake.

    Parameters
    ----------
    currencies
        By table of the load, the currency codes of its amounts.

    Raises
    ------
    DataError
        If there are several; the message names them.
    """
    speaking = {name: codes for name, codes in currencies.items() if codes}
    if not speaking:
        return
    stored = {
        name: set(filter(None, draft.lake.notes(name).get(_NOTE, "").split())) for name in draft.lake.versions
    }
    all_codes = sorted(set().union(*speaking.values(), *stored.values()))
    if len(all_codes) > 1:
        raise DataError(
            table=next(iter(speaking)),
            column=CURRENCY,
            expected="amounts in one currency",
            found=f"several currencies: {', '.join(all_codes)}",
            fix=f'Write keep = "{all_codes[0]}" under [currencies], and what a unit of each other is worth in it '
            "under [currencies.rates]. Rows in a currency without a rate are left out.",
        )


def remember_currencies(currencies: Mapping[str, set[str]], draft: Draft) -> None:
    """Note with each table the currency of its amounts."""
    for name, codes in currencies.items():
        if codes and draft.lake.has(name):
            draft.note(name, {**draft.lake.notes(name), _NOTE: " ".join(sorted(codes))})
