"""Comments of the simulated company against what truly moved the customer."""

from __future__ import annotations

import numpy as np
import polars as pl

from lealtad.experience.listening import Taxonomy, detect_language, score_by_words
from lealtad.sources.simulated.comments import SENTENCES
from lealtad.sources.simulated.written_comments import find_topics, vary_comments

# topic → the themes in which it must be found
THEMES = {
    "slow_reply": {"wait"},
    "unsolved_ticket": {"unsolved"},
    "reopened_ticket": {"repeated_contact"},
    "high_effort": {"effort"},
    "price_rise": {"price"},
    "bad_first_month": {"start"},
    "content": {"praise", "staff", "resolution"},
    "indifferent": {"indifference"},
}


def varied(count: int = 4000) -> pl.DataFrame:
    rng = np.random.default_rng(3)
    comments = [SENTENCES[k] for k in rng.integers(0, len(SENTENCES) - 1, count)]
    surveys = pl.DataFrame({"survey_id": [f"s{k:05d}" for k in range(count)], "comment": comments})
    return vary_comments(rng, surveys).with_columns(find_topics(surveys["comment"]))


def test_themes_find_what_truly_moved_the_customer(taxonomy: Taxonomy):
    rows = varied()
    found = [set(taxonomy.find(text, detect_language(text))) for text in rows["comment"]]
    right = pl.Series([bool(THEMES[topic] & themes) for topic, themes in zip(rows["topic"], found, strict=True)])
    assert right.mean() >= 0.9
    # and seldom another cause
    causes = {"wait", "unsolved", "repeated_contact", "effort", "price", "start"}
    wrong = [bool((themes & causes) - THEMES[topic]) for topic, themes in zip(rows["topic"], found, strict=True)]
    assert np.mean(wrong) <= 0.12


def test_words_know_content_from_annoyed(taxonomy: Taxonomy):
    rows = varied()
    values = pl.Series([score_by_words(text, detect_language(text)) for text in rows["comment"]])
    means = rows.with_columns(values.alias("value")).group_by("topic").agg(pl.col("value").mean())
    by_topic = dict(means.iter_rows())
    annoyed = [by_topic[topic] for topic in THEMES if topic not in {"content", "indifferent"}]
    assert by_topic["content"] > by_topic["indifferent"] > max(annoyed)


def test_the_order_of_rows_changes_no_comment():
    surveys = pl.DataFrame(
        {"survey_id": [f"s{k}" for k in range(50)], "comment": [SENTENCES[k % 30] for k in range(50)]}
    )
    one = vary_comments(np.random.default_rng(1), surveys)
    other = vary_comments(np.random.default_rng(1), surveys.reverse())
    assert one.equals(other.reverse())


def test_many_ways_to_say_a_thing_in_both_languages():
    rows = varied()
    assert rows["comment"].n_unique() > 800
    assert {detect_language(text) for text in rows["comment"]} >= {"es", "en"}
