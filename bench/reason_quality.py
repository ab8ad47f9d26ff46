"""Measure the reasons of a list by machine: fidelity, repetition, templates, reading level.

`python -m bench.reason_quality RUN` reads the newest list of a run directory and measures its reasons. Fidelity
removes from each customer's history the very facts behind the first reason. It computes the features again, and
compares the model's log-odds. A reason about what is missing, such as silence, has no facts to remove. The
features of its cause take their usual values instead.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lealtad.base.job import find_store
from lealtad.base.language import Language
from lealtad.examples.features import compute_features
from lealtad.examples.features.storage.reading import add_words
from lealtad.examples.features.storage.settings import read_catalog, read_company
from lealtad.lake import Lake
from lealtad.models import registry
from lealtad.worklist import WorklistFiles
from lealtad.worklist.reasons import Histories, collect_words, find_cause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.worklist.reasons.histories import Fact

_CARDS = 40
_IDS = {"ticket_events": "ticket_id", "orders": "order_id", "touchpoints": "touchpoint_id", "surveys": "survey_id"}
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|enero|febrero|marzo|abril|"
    "mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
)
_ABSENCES = {"silence", "channels", "buying", "spending"}
_DAYS = (
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|lunes|martes|miércoles|jueves|viernes|sábado|domingo|"
    "yesterday|today|tomorrow|ayer|hoy|mañana"
)


def mask_sentence(sentence: str) -> str:
    """Return the template of a sentence: subjects, numbers, days and names of touchpoints masked."""
    text = re.sub(r"[“«][^”»]*[”»]", "Q", sentence)
    text = re.sub(r"\((?!\w*\))[^)]*\)", "(T)", text)
    text = re.sub(rf"\b(?:{_MONTHS}|{_DAYS})\b", "D", text)
    text = re.sub(r"[−€$]?\d[\d.,]*\s?[%€]?", "N", text)
    text = re.sub(r"\b(?:once|twice|una vez|dos veces|N times|N veces)\b", "N", text)
    return re.sub(r"(?:on |el )?D(?:,? (?:de )?N)*(?: de D)?", "D", text)


def compute_ease(sentences: Sequence[str], language: str) -> float:
    """Return the mean reading ease: Flesch in English, Fernández Huerta in Spanish; 60 and more is plain."""
    words = [re.findall(r"[^\W\d_]+", sentence) for sentence in sentences]
    counts = np.array([len(own) for own in words], dtype=float)
    syllables = np.array([sum(_count_syllables(word) for word in own) for own in words], dtype=float)
    if language == "es":
        return float(np.mean(206.84 - 60 * syllables / counts - 1.02 * counts))
    return float(np.mean(206.835 - 84.6 * syllables / counts - 1.015 * counts))


def _count_syllables(word: str) -> int:
    groups = re.findall(r"[aeiouyáéíóúü]+", word.lower())
    return max(
        1, len(groups) - (word.lower().endswith("e") and not word.lower().endswith("le") and len(groups) > 1)
    )


def measure_words(team: pl.DataFrame, language: str) -> dict[str, Any]:
    """Return how the reasons read: templates of the first 40 cards, repetition, length, reading ease."""
    cards = team.head(_CARDS)
    sentences = [text for i in (1, 2, 3) for text in cards[f"reason_{i}"].drop_nulls()]
    templates = {mask_sentence(sentence) for sentence in sentences}
    causes = Counter(
        find_cause(about) for i in (1, 2, 3) for about in cards[f"reason_{i}_about"].drop_nulls().to_list()
    )
    firsts = Counter(find_cause(about) for about in cards["reason_1_about"].drop_nulls().to_list())
    later = {cause: count for cause, count in causes.items() if count > max(firsts[cause], cards.height / 3)}
    words = [len(sentence.split()) for sentence in sentences]
    return {
        "cards": cards.height,
        "templates": len(templates),
        "most_frequent": causes.most_common(3),
        "too_frequent": later,
        "words_mean": round(float(np.mean(words)), 1),
        "words_most": max(words),
        "reading_ease": round(compute_ease(sentences, language), 1),
    }


def measure_fidelity(run: Path, team: pl.DataFrame) -> pl.DataFrame:
    """Return by card the cause of the first reason, how it was undone, and the change in log-odds."""
    lake, as_of = Lake.open(run / "lake"), team["as_of"][0]
    name, version = team["model_version"][0].split("/")
    model = registry.load_version(find_store("", run), name, f"{name}/{version}")
    catalog, company = read_catalog(lake), add_words(lake, read_company(lake))
    words = collect_words(model, Language.from_code("en"), catalog)
    customers = team["customer_id"].to_list()
    histories = Histories(lake, as_of, customers, catalog)
    stated = lake.read(
        "features", where=(pl.col("as_of") == as_of) & pl.col("customer_id").is_in(customers)
    ).select("customer_id", *model.contract["columns"])
    columns = _find_columns(stated, words, team)
    causes = {person: find_cause(words.known[column].feature.about) for person, column in columns.items()}
    removed = {
        person: set() if causes[person] in _ABSENCES else _find_removed(histories.find_facts(person, column))
        for person, column in columns.items()
    }
    tables = _remove_facts(histories, customers, removed)
    without = compute_features(tables, [as_of], catalog, company)
    rows = []
    for customer in columns:
        before = stated.filter(customer_id=customer)
        cause = causes[customer]
        if removed[customer]:
            after = without.filter(pl.col("customer_id") == customer)
            after = after.with_columns(
                pl.lit(None, pl.Float64).alias(column)
                for column in model.contract["columns"]
                if column not in after.columns
            )
        else:
            after = before.with_columns(
                pl.lit(float(model.contract["typical"][column])).alias(column)
                for column, worded in words.known.items()
                if find_cause(worded.feature.about) == cause
            )
        if after.height == 1:
            change = _score(model, after) - _score(model, before)
            rows.append((customer, cause, "facts" if removed[customer] else "usual", change))
    return pl.DataFrame(rows, schema=["customer_id", "cause", "undone", "change"], orient="row")


def _score(model: Any, rows: pl.DataFrame) -> float:
    return float(model.contributions(rows.select(model.contract["columns"]).to_pandas()).to_numpy().sum())


def _find_columns(stated: pl.DataFrame, words: Any, team: pl.DataFrame) -> dict[str, str]:
    """Return the feature that states each card's first reason: the one of its topic with its value."""
    columns = {}
    for row in team.iter_rows(named=True):
        own = stated.filter(customer_id=row["customer_id"])
        for column, worded in words.known.items():
            is_topic = worded.feature.about == row["reason_1_about"] and own.height
            if is_topic and own[column][0] is not None and abs(own[column][0] - row["reason_1_own"]) < 1e-6:
                columns[row["customer_id"]] = column
    return columns


def _find_removed(fact: Fact | None) -> set[str]:
    if fact is None:
        return set()
    names = [*_IDS.values(), "subscription_id"]
    return {str(row[name]) for row in fact.rows for name in names if row.get(name) and not _is_start(row)}


def _is_start(row: dict[str, Any]) -> bool:
    return row.get("subscription_id") is not None and row.get("event") != "cancel_request"


def _remove_facts(
    histories: Histories, customers: Sequence[str], removed: dict[str, set[str]]
) -> dict[str, pl.DataFrame]:
    """Return the histories without the facts behind each customer's first reason."""
    names = ["customers", *_IDS, "subscriptions", "interventions"]
    tables = {}
    for name in names:
        parts = []
        for customer in customers:
            rows, gone = pl.DataFrame(histories.list_rows(customer, name)), list(removed.get(customer, ()))
            if rows.is_empty():
                continue
            if name in _IDS and gone:
                rows = rows.filter(~pl.col(_IDS[name]).cast(pl.String).is_in(gone))
            if name == "subscriptions" and gone:
                rows = rows.filter(
                    ~(pl.col("subscription_id").is_in(gone) & (pl.col("event") == "cancel_request"))
                )
            parts.append(rows)
        if parts:
            tables[name] = pl.concat(parts, how="diagonal_relaxed")
    return tables


def main(run: Path, language: str = "en") -> None:
    """Print the measures of the newest list's reasons."""
    team = pl.read_parquet(WorklistFiles.into(run).parquet).sort("rank")
    print(measure_words(team, language))
    if "reason_1_evidence" in team.columns:
        changes = measure_fidelity(run, team)
        falls = (pl.col("change") < 0).mean()
        print(changes.group_by("undone").agg(pl.len(), falls.alias("falls"), pl.col("change").median()).to_dicts())
        print(
            changes.group_by("cause").agg(pl.len(), falls.alias("falls")).sort("len", descending=True).to_dicts()
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
