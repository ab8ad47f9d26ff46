"""AutoGluon as a peer, in an environment of its own: `PYTHON autogluon_peer.py TABLE OUTCOME SECONDS OUT`.

The table has a column `fold`. The output holds each row's probability from a fit on the other folds. Nothing of
lealtad is imported, so the peer's packages need not be compatible with ours. Its environment holds
`autogluon.tabular[catboost,lightgbm,xgboost]`.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd


def main(table: Path, outcome: str, seconds: float, out: Path) -> None:
    """Fit on the rows outside each fold for a number of seconds, and write the probabilities of the rows
    inside."""
    from autogluon.tabular import TabularPredictor  # type: ignore[import-not-found]  # in an environment of its own

    rows = pd.read_parquet(table)
    fold = rows.pop("fold").to_numpy()
    probability = np.full(len(rows), np.nan)
    for number in np.unique(fold):
        is_judged = fold == number
        with tempfile.TemporaryDirectory() as folder:
            peer = TabularPredictor(label=outcome, path=folder, eval_metric="log_loss", verbosity=0)
            peer.fit(rows[~is_judged], time_limit=seconds, presets="best_quality")
            judged = rows[is_judged].drop(columns=outcome)
            probability[is_judged] = peer.predict_proba(judged)[1].to_numpy()
    np.save(out, probability)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), Path(sys.argv[4]))
