"""Drivers of loyalty and themes of comments, from the tables of `lealtad drivers` and `lealtad listen`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.desk.places import name_owner
from lealtad.experience.drivers.wording import describe_gain, name_driver_in_words
from lealtad.experience.drivers.wording import read_words as read_driver_words
from lealtad.experience.listening import Taxonomy, read_verbatims
from lealtad.experience.listening.wording import read_words as read_listening_words

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language

_TEXTS = ("outcome", "driver", "pattern", "change", "owner", "quadrant", "theme")
_FLAGS = ("may_be_top", "ties_first", "tested", "emerging")


def read_drivers(out: Path, outcome: str, language: Language) -> dict[str, Any] | None:
    """Return the drivers of an outcome in their order, in words; None before the first `lealtad drivers`.

    If the table lacks the outcome, its first one is used.
    """
    rows = _read_table(out / "drivers.csv")
    if rows is None or rows.is_empty():
        return None
    words, quotes = read_driver_words(language.code), describe_verbatims(out, language)
    outcomes = rows["outcome"].unique(maintain_order=True).to_list()
    chosen = outcome if outcome in outcomes else outcomes[0]
    shown = rows.filter(pl.col("outcome") == chosen).sort("group", "importance", descending=[False, True])
    return {
        "outcome": chosen,
        "outcomes": [(code, words["outcomes"][code]) for code in outcomes],
        "association": words["page"]["association"],
        "rows": [
            {
                **row,
                "group": int(row["group"]),
                "name": name_driver_in_words(row["driver"], language),
                "owner": name_owner(row.get("owner"), language),
                "quadrant": words["quadrants"].get(row["quadrant"], row["quadrant"]),
                "gain": describe_gain(row, language),
                # drivers of touchpoints are named by their stage and channel
                "verbatims": quotes.get(row["driver"].partition("|")[2], []),
            }
            for row in shown.iter_rows(named=True)
        ],
    }


def read_themes(out: Path, language: Language) -> list[dict[str, Any]] | None:
    """Return the themes of comments, the costliest for the NPS first; None before the first `lealtad listen`."""
    rows = _read_table(out / "themes.csv")
    if rows is None:
        return None
    names = {theme.code: getattr(theme.words, language.code) for theme in Taxonomy.read().themes}
    quotes = describe_verbatims(out, language)
    ordered = rows.sort("impact", "theme", nulls_last=True)
    return [
        {
            **row,
            "name": names.get(row["theme"], row["theme"].replace("_", " ")),
            "comments": int(row["comments"]),
            "impact": _write_interval(row, "impact", language, signed=True),
            "odds": _write_interval(row, "odds", language),
            "verbatims": quotes.get(row["theme"], []),
        }
        for row in ordered.iter_rows(named=True)
    ]


def describe_verbatims(out: Path, language: Language) -> dict[str, list[dict[str, str | None]]]:
    """Return masked sentences with the words of their kind, by theme and by `stage|channel|touchpoint`."""
    kinds = read_listening_words(language.code)["kinds"]
    stored = read_verbatims(out / "verbatims.parquet")
    return {
        about: [{**quote, "kind": kinds[str(quote["kind"])]} for quote in quotes]
        for about, quotes in stored.items()
    }


def _write_interval(row: dict[str, Any], name: str, language: Language, *, signed: bool = False) -> str:
    """Format a number with its interval; empty if it is unknown."""
    ends = [row[name], row[f"{name}_low"], row[f"{name}_high"]]
    if None in ends:
        return ""
    value, low, high = (("+" if signed and end > 0 else "") + language.decimal(end, 1) for end in ends)
    return f"{value} ({low} – {high})"


def _read_table(path: Path) -> pl.DataFrame | None:
    if not path.is_file():
        return None
    rows = pl.read_csv(path, infer_schema=False, null_values="")
    flags = [(pl.col(name) == "true").alias(name) for name in _FLAGS if name in rows.columns]
    numbers = pl.exclude(*_TEXTS, *_FLAGS).cast(pl.Float64)
    return rows.with_columns(numbers, *flags)
