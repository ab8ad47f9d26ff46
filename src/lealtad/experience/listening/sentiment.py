"""Sentiment of sentences: learned from the company's own scores, or from a word list until there are enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experience.listening.comment_models import LEAST_LABELLED, ScoreModel
from lealtad.experience.listening.lexicon import score_by_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.experience.listening.comment_models import Encoder

LEAST_SCORED = 500
MOST_LEARNED = 30_000
NEGATIVE, POSITIVE = -0.15, 0.15
FOLDS = 5
_DRAWS, _SEED = 200, 5
_APART = 1e-9  # minimum distance of positions on the scale, to keep them distinct


@dataclass(frozen=True)
class Sentiment:
    """The sentiment of sentences.

    Attributes
    ----------
    values
        One number per sentence, −1 (worst) to 1 (best); see `spread_predictions` for learned scores.
    method
        `own_scores` or `lexicon`.
    scored
        Number of comments with a score to learn from.
    agreement
        Spearman correlation of comments with their own score, from models that had not seen their customer; null
        with fewer than 500 scored comments.
    ahead_low
        Lower bound of the 95 % interval of its lead over the lexicon; null likewise.
    """

    values: NDArray[np.float64]
    method: str
    scored: int
    agreement: float | None
    ahead_low: float | None


def read_sentiment(comments: pl.DataFrame, sentences: pl.DataFrame, encoder: Encoder | None = None) -> Sentiment:
    """Read the sentiment of each sentence.

    A comment with a score is a labelled example. No model reads sentences of customers that it was fitted on. With
    fewer than 500 scored comments the lexicon is used. It is also used if the learned model is not better beyond
    chance, or if the scores come from too few customers.

    Parameters
    ----------
    comments
        `comment_id, customer_id, text, language, felt`, as `read_comments` returns them.
    sentences
        `comment_id, sentence, language`, in any order, which is kept.
    encoder
        Turns texts into vectors, for a second model to average with; None for none.
    """
    by_words = _score_sentences(sentences)
    scored = comments.filter(pl.col("felt").is_not_null())
    if scored.height < LEAST_SCORED or scored["felt"].n_unique() < 2:  # noqa: PLR2004 - one score teaches nothing
        return Sentiment(by_words, "lexicon", scored.height, None, None)
    folds = _assign_folds(comments)
    if not _can_learn(scored.join(folds, on="comment_id", how="left")):
        return Sentiment(by_words, "lexicon", scored.height, None, None)
    learned = np.zeros(sentences.height)
    predicted = np.zeros(scored.height)
    fold_of_sentence = sentences.join(folds, on="comment_id", how="left", maintain_order="left")["fold"].to_numpy()
    fold_of_scored = scored.join(folds, on="comment_id", how="left", maintain_order="left")["fold"].to_numpy()
    texts, felt = scored["text"].to_list(), scored["felt"].to_numpy()
    for fold in range(FOLDS):
        others = np.flatnonzero(fold_of_scored != fold)
        if others.size > MOST_LEARNED:
            others = np.sort(np.random.default_rng(_SEED).choice(others, MOST_LEARNED, replace=False))
        model = ScoreModel(encoder).fit([texts[k] for k in others], felt[others])
        mine, own = np.flatnonzero(fold_of_sentence == fold), np.flatnonzero(fold_of_scored == fold)
        learned[mine] = _predict_once(model, sentences["sentence"].gather(mine))
        predicted[own] = _predict_once(model, scored["text"].gather(own))
        if mine.size:
            ranked = predicted[own] if own.size else learned[mine]
            learned[mine] = spread_predictions(learned[mine], ranked, felt[others])
    agreement, ahead = _compare(predicted, _score_texts(scored), felt, scored["customer_id"])
    if ahead <= 0:
        return Sentiment(by_words, "lexicon", scored.height, agreement, ahead)
    return Sentiment(learned, "own_scores", scored.height, agreement, ahead)


def _can_learn(scored: pl.DataFrame) -> bool:
    """Return whether each fold leaves enough scored comments of other customers, with different scores."""
    others = [scored.filter(pl.col("fold") != fold)["felt"] for fold in range(FOLDS)]
    return all(each.len() >= LEAST_LABELLED and each.n_unique() > 1 for each in others)


def spread_predictions(
    values: NDArray[np.float64], predicted: NDArray[np.float64], felt: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Spread predictions so that the shares of negative and positive comments match the scores of other customers.

    A prediction from text is shrunk to the mean of all scores, more so for uninformative texts. If most customers
    are content, hardly any prediction would be negative. The order of the values is unchanged.

    Parameters
    ----------
    values
        Predictions of sentences, to be spread.
    predicted
        Predictions of comments of the same customers, by the same model.
    felt
        The scores of other customers, from −1 to 1, so that a customer's own score has no influence.

    Examples
    --------
    >>> felt = np.array([-1.0, 1.0, 1.0, 1.0])
    >>> predicted = np.array([0.4, 0.5, 0.6, 0.6])
    >>> name_sentiment(spread_predictions(predicted, predicted, felt))
    ['negative', 'positive', 'positive', 'positive']
    """
    ranked = np.sort(predicted)
    cuts = [_cut(ranked, float((felt < NEGATIVE).mean())), _cut(ranked, float((felt <= POSITIVE).mean()))]
    lowest, highest = min(values.min(), ranked[0]), max(values.max(), ranked[-1])
    places = np.maximum.accumulate([lowest, *cuts, highest])
    return np.asarray(np.interp(values, places + np.arange(4) * _APART, [-1.0, NEGATIVE, POSITIVE, 1.0]))


def _cut(ranked: NDArray[np.float64], share: float) -> float:
    """Return the quantile of the ranked values, half-way between two of them."""
    below = round(share * len(ranked))
    before, after = ranked[max(below - 1, 0)], ranked[min(below, len(ranked) - 1)]
    return float(before + after) / 2


def name_sentiment(values: NDArray[np.float64]) -> list[str]:
    """Classify each value as negative, neutral or positive.

    Examples
    --------
    >>> name_sentiment(np.array([-0.6, 0.0, 0.4]))
    ['negative', 'neutral', 'positive']
    """
    named = np.where(values < NEGATIVE, "negative", np.where(values > POSITIVE, "positive", "neutral"))
    return [str(name) for name in named]


def _predict_once(model: ScoreModel, texts: pl.Series) -> NDArray[np.float64]:
    """Predict each distinct text once."""
    if texts.is_empty():
        return np.zeros(0)
    unique = texts.unique(maintain_order=True)
    values = pl.DataFrame({"text": unique, "value": model.predict(unique.to_list()).astype(np.float64)})
    joined = pl.DataFrame({"text": texts}).join(values, on="text", how="left", maintain_order="left")
    return joined["value"].to_numpy()


def _score_sentences(sentences: pl.DataFrame) -> NDArray[np.float64]:
    return _score_texts(sentences.rename({"sentence": "text"}))


def _score_texts(rows: pl.DataFrame) -> NDArray[np.float64]:
    unique = rows.select("text", "language").unique(maintain_order=True)
    values = [score_by_words(text, language) for text, language in unique.iter_rows()]
    scored = unique.with_columns(pl.Series("value", values, dtype=pl.Float64))
    joined = rows.join(scored, on=["text", "language"], how="left", nulls_equal=True, maintain_order="left")
    return joined["value"].to_numpy()


def _assign_folds(comments: pl.DataFrame) -> pl.DataFrame:
    """Return `comment_id, fold`: all comments of a customer are in one."""
    customers = comments["customer_id"].unique().sort()
    fold = np.random.default_rng(_SEED).permutation(np.arange(customers.len()) % FOLDS)
    placed = pl.DataFrame({"customer_id": customers, "fold": fold.astype(np.int64)})
    joined = comments.select("comment_id", "customer_id").join(placed, on="customer_id", how="left")
    return joined.select("comment_id", "fold").unique("comment_id")


def _compare(
    predicted: NDArray[np.float64], by_words: NDArray[np.float64], felt: NDArray[np.float64], customer: pl.Series
) -> tuple[float, float]:
    """Return the rank correlation with the scores, and the lower bound of its lead over the lexicon's."""
    from scipy.stats import rankdata

    ranks = np.column_stack([rankdata(each) for each in (predicted, by_words, felt)])
    who = customer.rank("dense").to_numpy().astype(np.int64) - 1
    order = np.argsort(who, kind="stable")
    starts = np.searchsorted(who[order], np.arange(int(who.max()) + 2))
    rng = np.random.default_rng(_SEED)

    def correlate(rows: NDArray[np.int64]) -> tuple[float, float]:
        with np.errstate(invalid="ignore"):
            table = np.corrcoef(ranks[rows].T)
        return float(np.nan_to_num(table[0, 2])), float(np.nan_to_num(table[1, 2]))

    draws = []
    for _ in range(_DRAWS):
        picked = rng.integers(0, len(starts) - 1, len(starts) - 1)
        rows = np.concatenate([order[starts[k] : starts[k + 1]] for k in picked])
        own, other = correlate(rows)
        # a lexicon that is wrong by chance is not a merit of the model
        draws.append(own - max(other, 0.0))
    return correlate(np.arange(len(felt)))[0], float(np.quantile(draws, 0.025))
