"""Ledgers of accounts: charges, payments and a running balance, which are neither orders nor contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent

_DEBIT = get_words("ledgers", "debit")
_CREDIT = get_words("ledgers", "credit")
_BALANCE = get_words("ledgers", "balance")
_FILLER = get_words("ledgers", "filler")
_FEES = get_words("ledgers", "fees")
_POINTS = get_words("resemblances", "points")
_NEITHER = frozenset({"memo", "nota", "note"})
_MONEY = frozenset({"amount", "price"})


def ask_about_ledgers(contents: Sequence[ColumnContent]) -> str:
    """Ask what a ledger means for customers; empty for other tables.

    A dated table is a ledger if it has a column of debits and one of credits. It is one too if it has amounts of
    both signs and a balance, or a column that says debit or credit. A balance alone makes none: an invoice may
    have one.

    Examples
    --------
    >>> import polars as pl
    >>> from lealtad.sources.recognition.columns.content import describe_content
    >>> rows = {"Fecha": ["2024-01-05", "2024-01-06"], "Cargo": ["50,00", ""], "Abono": ["", "20,00"]}
    >>> contents = [describe_content(pl.Series(*column)) for column in rows.items()]
    >>> ask_about_ledgers(contents).partition(":")[0]
    'its rows are entries of a ledger ("Cargo", "Abono")'
    >>> ask_about_ledgers(contents[:2])
    ''
    """
    numbers = [content for content in contents if content.decimal is not None and not content.dates]
    if not any(content.dates for content in contents):
        return ""
    if points := _find_points(numbers):
        return (
            f'its rows are movements of points ("{points}"), neither orders nor contacts. Which table has what '
            "customers bought? If a use of points is a contact, write its [sources.touchpoints] yourself"
        )
    debits = [content for content in numbers if _is_called(content, _DEBIT)]
    credits_ = [content for content in numbers if _is_called(content, _CREDIT)]
    if debits and credits_:
        entries = [debits[0], credits_[0]]
    else:
        balances = [content for content in numbers if _is_called(content, _BALANCE)]
        signed = [content for content in numbers if _MONEY & content.ideas and _has_both_signs(content)]
        signed = [content for content in signed if content not in balances]
        # a payment has a status too, but an invoice has no fee that is taken off
        fees = any(content.words & _FEES and content.most is not None and content.most <= 0 for content in numbers)
        has_status = any("status" in content.ideas for content in contents) and not fees
        beside = [content for content in contents if _names_sides(content)]
        beside = beside or ([] if has_status else balances)
        if not beside or not signed:
            return ""
        entries = [signed[0], beside[0]]
    shown = ", ".join(f'"{content.name}"' for content in entries)
    return (
        f"its rows are entries of a ledger ({shown}): charges, payments and what is owed, neither orders nor "
        "contacts. Is a kind of entry what customers bought? If so, write its [sources.orders] yourself, with "
        f'columns.amount = "{entries[0].name}" and a where that keeps only those entries; if not, export the sales'
    )


def _find_points(numbers: Sequence[ColumnContent]) -> str:
    """Return the column of points that are collected and used, if nothing in the table is money; else ""."""
    points = [content.name for content in numbers if _POINTS & content.words and _has_both_signs(content)]
    return points[0] if points and not any(_MONEY & content.ideas for content in numbers) else ""


def _is_called(content: ColumnContent, words: frozenset[str]) -> bool:
    """Whether a column is called by one of some words, and nothing else."""
    return bool(content.words & words) and content.words <= words | _FILLER


def _has_both_signs(content: ColumnContent) -> bool:
    return content.least is not None and content.most is not None and content.least < 0 < content.most


def _names_sides(content: ColumnContent) -> bool:
    """Whether the values of a column say which entries are debits and which are credits, and nothing else."""
    sides = [set(split_words(value)) for value in content.values]
    named = all(side and side <= _DEBIT | _CREDIT | _NEITHER for side in sides)
    return named and any(side & _DEBIT for side in sides) and any(side & _CREDIT for side in sides)
