"""The numbers a model is judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from lealtad.evaluation.calibration import compute_ece
from lealtad.evaluation.lift import compute_lift

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def compute_metrics(y: ArrayLike, probability: ArrayLike) -> dict[str, float]:
    """Return `auc, pr_auc, brier, ece, lift_top_decile, n` of predicted probabilities.

    `pr_auc` is average precision; `ece` uses ten bins of equally many rows; all but `brier`, `ece` and `n` are
    NaN where only one outcome occurs.
    """
    y, probability = np.asarray(y), np.asarray(probability)
    both = 0 < y.sum() < len(y)
    return {
        "auc": float(roc_auc_score(y, probability)) if both else float("nan"),
        "pr_auc": float(average_precision_score(y, probability)) if both else float("nan"),
        "brier": float(brier_score_loss(y, probability)),
        "ece": compute_ece(y, probability),
        "lift_top_decile": compute_lift(y, probability) if both else float("nan"),
        "n": len(y),
    }


def compute_metrics_by(by: ArrayLike, y: ArrayLike, probability: ArrayLike) -> pl.DataFrame:
    """Return the metrics of each group, such as each as-of date, one row per group."""
    by, y, probability = np.asarray(by), np.asarray(y), np.asarray(probability)
    groups = np.unique(by)
    rows = [compute_metrics(y[by == one], probability[by == one]) for one in groups]
    return pl.DataFrame(rows).insert_column(0, pl.Series("by", groups))
