"""The columns of the team's files with order, kind and definition, read from `columns.toml`."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import polars as pl

from lealtad.base.toml_file import Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lealtad.base.language import Language

Kind = Literal["name", "code", "sentence", "share", "money", "number", "count", "flag", "instant", "day"]


class Column(Section):
    """One column: the kind of its values, and its definition in each language."""

    kind: Kind
    en: str
    es: str


class _ColumnFile(Section):
    """The columns of the list and of its accompanying files, and which columns each file has."""

    list: dict[str, Column]
    beside: dict[str, Column]
    referrals: tuple[str, ...]
    resolved: tuple[str, ...]
    abstentions: tuple[str, ...]


_FILE = _ColumnFile(**tomllib.loads((files("lealtad.worklist") / "columns.toml").read_text(encoding="utf-8")))
KINDS: Mapping[str, Kind] = {name: column.kind for name, column in {**_FILE.beside, **_FILE.list}.items()}
TEAM: Mapping[str, Kind] = {name: KINDS[name] for name in _FILE.list}
REFERRALS: Mapping[str, Kind] = {name: KINDS[name] for name in _FILE.referrals}
RESOLVED: Mapping[str, Kind] = {name: KINDS[name] for name in _FILE.resolved}
ABSTENTIONS: Mapping[str, Kind] = {name: KINDS[name] for name in _FILE.abstentions}
TRANSLATED_REASONS = (
    *("customer_id", "language", "reason_1", "reason_2", "reason_3", "against_1"),
    *("reason_1_evidence", "reason_2_evidence", "reason_3_evidence"),
)


def select_team_columns(rows: pl.DataFrame, columns: Iterable[str] = TEAM) -> pl.DataFrame:
    """Select what the team may see: the known columns in order, without the holdout.

    Rows of the arm "holdout" and rows without a rank are left out. So are columns that are not for the team, and
    `uplift` if it was never measured. Absent columns stay absent.

    Parameters
    ----------
    rows
        Rows of a list, with codes.
    columns
        The names to keep, in their order; by default those of the list.

    Returns
    -------
    The rows with the kept columns.

    Examples
    --------
    >>> rows = pl.DataFrame({"arm": ["treated", "holdout"], "customer_id": ["a", "b"], "rank": [1, None]})
    >>> select_team_columns(rows).to_dicts()
    [{'rank': 1, 'customer_id': 'a'}]
    """
    shown = rows.filter(pl.col("arm").ne_missing("holdout")) if "arm" in rows.columns else rows
    shown = shown.drop_nulls("rank") if "rank" in rows.columns else shown
    is_unmeasured = "uplift" in shown.columns and shown["uplift"].null_count() == shown.height
    measured = shown.drop("uplift") if is_unmeasured else shown
    return measured.select(name for name in columns if name in measured.columns)


def define_columns(language: Language, *, days: object, currency: str) -> dict[str, str]:
    """Return a plain definition of every column of the list, by name and in order.

    Parameters
    ----------
    language
        The language of the definitions.
    days
        The horizon of the churn model, in days.
    currency
        The company's currency, as shown to people.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> define_columns(Language.from_code("en"), days=28, currency="EUR")["churn_probability"]
    'Probability that the customer churns in the next 28 days.'
    """
    return {
        name: getattr(column, language.code).format(days=days, currency=currency)
        for name, column in _FILE.list.items()
    }


def define_other_columns(language: Language) -> dict[str, str]:
    """Return a plain definition of each column that only the accompanying files have, by name."""
    return {name: getattr(column, language.code) for name, column in _FILE.beside.items()}
