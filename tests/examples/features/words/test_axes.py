"""Axes of words: fitted on what was known, the same whatever is said later, and understanding two languages."""

import polars as pl
import pytest

from lealtad.examples.features import build, fit_words
from lealtad.examples.features.company import CompanyProfile
from lealtad.examples.features.storage.reading import add_words
from lealtad.examples.features.words.axes import AXES, WordAxes
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from tests.companies import INSTANT, at

SAID = (
    "El precio subió mucho",
    "The price went up",
    "Muy amables",
    "Nobody answers",
    "Tardan días",
    "Great service",
)


def surveys(later=()):
    """Sixty comments, one a day, and further ones (day, comment)."""
    days = [(day, f"{SAID[day % 6]} {day % 4}") for day in range(60)] + list(later)
    moments = pl.Series([at(24 * day) for day, _ in days], dtype=INSTANT)
    return pl.DataFrame(
        {
            "survey_id": [f"s{i}" for i in range(len(days))],
            "customer_id": [f"c{i % 7}" for i in range(len(days))],
            "metric": ["nps"] * len(days),
            "kind": ["relational"] * len(days),
            "sent_at": moments,
            "answered_at": moments,
            "score": [5.0] * len(days),
            "scale_min": [0.0] * len(days),
            "scale_max": [10.0] * len(days),
            "comment": [comment for _, comment in days],
            "known_at": moments,
        }
    )


def lake_of(path, rows, buckets=2):
    people = pl.DataFrame({"customer_id": [f"c{i}" for i in range(7)]}).with_columns(
        known_at=pl.lit(None, INSTANT)
    )
    return commit_tables(Lake(path, Manifest(buckets)), {"customers": people, "surveys": rows})


def read_axes(lake, day=60):
    return fit_words(lake, at(24 * day)).read("word_axes")


def test_a_comment_known_after_the_fit_never_changes_the_axes(tmp_path):
    later = [(day, f"strange words {day}") for day in range(60, 90)]
    assert read_axes(lake_of(tmp_path / "a", surveys())).equals(
        read_axes(lake_of(tmp_path / "b", surveys(later), 4))
    )


def test_an_answer_that_was_known_late_is_not_read_before(tmp_path):
    rows = surveys([(59, "strange words here")])
    late = rows.with_columns(
        known_at=pl.when(pl.col("comment").str.starts_with("strange")).then(at(24 * 80)).otherwise("known_at")
    )
    assert read_axes(lake_of(tmp_path / "a", surveys())).equals(read_axes(lake_of(tmp_path / "b", late)))


def test_the_axes_stay_until_they_are_fitted_anew_and_say_when(tmp_path):
    lake = fit_words(lake_of(tmp_path / "a", surveys()), at(24 * 60))
    assert lake.notes("word_axes")["fitted_before"] == at(24 * 60).isoformat()
    assert fit_words(lake, at(24 * 60)).number == lake.number
    built = build(lake, [at(24 * 59)])
    assert built["words_1_364d"].null_count() == 0
    assert add_words(lake, CompanyProfile()).words is not None


def test_too_few_comments_make_no_axes(tmp_path):
    lake = fit_words(lake_of(tmp_path / "a", surveys()), at(24 * 20))
    assert not lake.has("word_axes")
    assert "words_1_364d" not in build(lake, [at(24 * 59)]).columns


def test_case_accents_and_stop_words_change_nothing():
    axes = WordAxes.fit(surveys()["comment"])
    places = axes.places(pl.Series(["El PRECIO subio", "precio subió", "the price"]))
    assert places.width == AXES
    assert places.row(0) == pytest.approx(places.row(1), abs=1e-12)
    assert places.row(0) != pytest.approx(places.row(2), abs=1e-3)


def test_the_table_holds_the_axes():
    axes = WordAxes.fit(surveys()["comment"])
    again = WordAxes.of_table(axes.table().sample(fraction=1, shuffle=True, seed=1))
    assert (again.components == axes.components).all()
