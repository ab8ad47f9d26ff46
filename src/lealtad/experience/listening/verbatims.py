"""A few typical and a few extreme sentences per theme, personal data masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.masking import mask_personal_data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TYPICAL, EXTREME = 3, 2
_SHORTEST, _LONGEST, _CONSIDERED = 12, 320, 400
_ANY_WORD = r"(?u)\b\w+\b"
VERBATIMS = pl.Schema(
    {
        "theme": pl.String(),
        "kind": pl.String(),
        "value": pl.Float64(),
        "language": pl.String(),
        "text": pl.String(),
        "customer_id": pl.String(),
    }
)


def choose_verbatims(
    sentences: pl.DataFrame, codes: Sequence[str], known: Mapping[str, Sequence[str]] | None = None
) -> pl.DataFrame:
    """Choose sentences per theme: the most typical, the worst and the best.

    Parameters
    ----------
    sentences
        `sentence, language, themes, value, customer_id`.
    known
        By customer, known personal data (names, phones, mails) to mask.

    Returns
    -------
    `theme, kind` (typical, worst or best), `value, language, text, customer_id`. Within a theme, texts and
    customers are unique. Pages do not show the id; an erasure uses it to find the row.
    """
    parts = [VERBATIMS.to_frame()]
    for code in codes:
        mine = sentences.filter(
            pl.col("themes").list.contains(code),
            pl.col("sentence").str.len_chars().is_between(_SHORTEST, _LONGEST),
        )
        # ignore case, spaces and punctuation
        letters = pl.col("sentence").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
        unique = mine.filter(letters.is_first_distinct())
        unique = unique.unique("customer_id", keep="first", maintain_order=True).head(_CONSIDERED)
        if not unique.is_empty():
            parts.append(_choose(unique, code, known or {}))
    return pl.concat(parts)


def _choose(rows: pl.DataFrame, code: str, known: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    typical = list(np.argsort(-_measure_typicality(rows["sentence"].to_list()), kind="stable")[:TYPICAL])
    rest = [k for k in np.argsort(rows["value"].to_numpy(), kind="stable") if k not in typical]
    worst, best = rest[:EXTREME], rest[::-1][:EXTREME]
    best = [k for k in best if k not in worst]
    chosen = [*((k, "typical") for k in typical), *((k, "worst") for k in worst), *((k, "best") for k in best)]
    values = rows["value"]
    matching = [(k, kind) for k, kind in chosen if kind == "typical" or (values[int(k)] < 0) == (kind == "worst")]
    return pl.DataFrame(
        [
            {
                "theme": code,
                "kind": kind,
                "value": values[int(k)],
                "language": rows["language"][int(k)],
                "text": mask_personal_data(
                    rows["sentence"][int(k)],
                    rows["language"][int(k)] or "en",
                    known.get(rows["customer_id"][int(k)], ()),
                ),
                "customer_id": rows["customer_id"][int(k)],
            }
            for k, kind in matching
        ],
        schema=VERBATIMS,
    )


def _measure_typicality(texts: list[str]) -> np.ndarray:
    """Return the similarity of each text to the mean of all, by common words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    table = TfidfVectorizer(token_pattern=_ANY_WORD).fit_transform([text or "." for text in texts])
    mean = np.asarray(table.mean(axis=0)).ravel()
    size = float(np.linalg.norm(mean)) or 1.0
    return np.asarray(table @ (mean / size)).ravel()
