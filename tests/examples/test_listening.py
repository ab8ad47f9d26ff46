"""The optional features of comments keep the laws of the others, and change nothing for other companies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from lealtad.company.privileges import list_privileges
from lealtad.company.settings import Settings
from lealtad.examples import listening
from lealtad.examples.features import CompanyProfile, build_catalog, compute_features
from lealtad.examples.listening import read_taxonomy, read_text

MODULE = "lealtad.examples.listening"
COMPANY = CompanyProfile(modules=(MODULE,))
CATALOG = build_catalog(COMPANY)
OWN = [feature for feature in CATALOG if feature.module == MODULE]
DAY = datetime(2026, 6, 30, tzinfo=UTC)
BAD, GOOD = "Tardaron dos semanas en contestar, fatal.", "El personal es muy amable y atento."


def ago(days: float) -> datetime:
    return DAY - timedelta(days=days)


def build_surveys(rows: list[tuple[str, str | None, float, float]]) -> dict[str, pl.DataFrame]:
    """Return the tables of a company: customer, comment, days since the answer and since it was recorded."""
    surveys = pl.DataFrame(
        [
            (f"s{k}", who, comment, ago(written + 1), ago(written), ago(recorded), ago(recorded))
            for k, (who, comment, written, recorded) in enumerate(rows)
        ],
        schema=["survey_id", "customer_id", "comment", "sent_at", "answered_at", "recorded_at", "known_at"],
        orient="row",
    ).with_columns(metric=pl.lit("nps"), kind=pl.lit("relational"), score=5.0, scale_min=0.0, scale_max=10.0)
    people = surveys.select("customer_id").unique().sort("customer_id")
    never = pl.lit(None, pl.Datetime("us", "UTC")).alias("known_at")
    return {"customers": people.with_columns(never), "surveys": surveys.sort("customer_id", "known_at")}


def compute(tables: dict[str, pl.DataFrame], *dates: datetime) -> pl.DataFrame:
    return compute_features(tables, list(dates) or [DAY], OWN, COMPANY)


ROWS = [
    ("a", f"{BAD} {GOOD}", 10.0, 10.0),
    ("a", BAD, 80.0, 80.0),
    ("a", BAD, 200.0, 200.0),
    ("b", GOOD, 5.0, 5.0),
    ("c", None, 5.0, 5.0),
    ("d", BAD, 20.0, -3.0),
    ("d", GOOD, 30.0, 30.0),
]


def test_shares_and_themes_are_counted_by_hand():
    rows = {row["customer_id"]: row for row in compute(build_surveys(ROWS)).to_dicts()}
    # two bad sentences of three within 91 days; what was recorded after the date does not count
    assert rows["a"]["negative_sentences_91d"] == pytest.approx(2 / 3)
    assert rows["b"]["negative_sentences_91d"] == 0
    assert rows["c"]["negative_sentences_91d"] is None or np.isnan(rows["c"]["negative_sentences_91d"])
    assert rows["d"]["negative_sentences_91d"] == 0
    [theme] = [code for code in read_text(BAD)[2] if f"theme_{code}_91d" in rows["a"]][:1]
    assert rows["a"][f"theme_{theme}_91d"] == 2
    assert rows["d"][f"theme_{theme}_91d"] == 0


def test_what_is_known_later_and_the_order_of_rows_change_nothing():
    before, tables = ago(50), build_surveys(ROWS)
    cut = {**tables, "surveys": tables["surveys"].filter(pl.col("known_at") < before)}
    cut["surveys"] = cut["surveys"].filter(pl.col("answered_at") < before)
    altered = {
        **tables,
        "surveys": tables["surveys"].with_columns(
            pl.when(pl.col("known_at") >= before).then(pl.lit(BAD)).otherwise("comment").alias("comment")
        ),
    }
    whole = compute(tables, before)
    assert compute(altered, before).equals(whole)
    assert (
        compute(cut, before)
        .filter(pl.col("customer_id") == "a")
        .equals(whole.filter(pl.col("customer_id") == "a"))
    )
    shuffled = {**tables, "surveys": tables["surveys"].sample(fraction=1, shuffle=True, seed=3)}
    ordered = shuffled["surveys"].sort("customer_id", "known_at", maintain_order=True)
    assert compute({**shuffled, "surveys": ordered}, before).equals(whole)


def test_a_reason_quotes_the_theme_in_both_languages():
    wait = next(feature for feature in OWN if feature.name == "theme_wait")
    name = next(theme.words for theme in read_taxonomy().themes if theme.code == "wait")
    assert name.es in wait.says["es"]
    assert name.en in wait.says["en"]
    assert "{value}" in wait.says["es"]


def test_only_who_asks_gets_them_and_they_need_no_permission():
    assert not any(feature.module == MODULE for feature in build_catalog(CompanyProfile()))
    settings = Settings.model_validate({"features": {"modules": [MODULE]}})
    assert list_privileges(settings) == []
    assert len(OWN) == 1 + sum(not theme.general for theme in read_taxonomy().themes)


def test_another_taxonomy_is_refused(monkeypatch):
    monkeypatch.setattr(listening, "TAXONOMY", "0" * 16)
    read_taxonomy.cache_clear()
    with pytest.raises(listening.SettingsError, match="not of one version"):
        read_taxonomy()
    monkeypatch.undo()
    read_taxonomy.cache_clear()


@pytest.mark.parametrize("text", ["", "😀😀", "<p>Hola</p>", "x" * 100_000, "> quoted\n> thread"])
def test_odd_comments_are_read(text):
    sentences, negative, themes = read_text(text)
    assert 0 <= negative <= max(sentences, 1)
    assert isinstance(themes, frozenset)
