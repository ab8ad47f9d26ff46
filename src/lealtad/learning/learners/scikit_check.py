"""Checking whether a scikit-learn estimator can be a learner, on a few rows before a long search."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.base.errors import SettingsError
from lealtad.learning.learners.scikit import frame_of
from lealtad.learning.learners.scikit_scorer import TRUSTED

if TYPE_CHECKING:
    import pandas as pd

    from lealtad.learning.learners.examples import Examples
    from lealtad.learning.learners.scikit import Scikit

_FEW = 100  # rows of each outcome, with missing values and without


def check_estimator(learner: Scikit, examples: Examples) -> None:
    """Refuse an estimator that cannot learn from such rows.

    Raises
    ------
    SettingsError
        See `Scikit.check`.
    """
    kind = type(learner.estimator).__name__
    if isinstance(learner.estimator, type):
        raise _refuse(learner.estimator.__name__, "an estimator", "its class", "Pass an instance: Estimator().")
    if not (hasattr(learner.estimator, "fit") and hasattr(learner.estimator, "get_params")):
        raise _refuse(kind, "an estimator of scikit-learn", kind, "Pass one with fit and predict_proba.")
    few = _sample(examples)
    before = frame_of(few)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = _try_fit(learner, few, before, kind)
        if not hasattr(model, "predict_proba"):
            raise _refuse(
                kind,
                "an estimator with predict_proba",
                "one without",
                "Wrap it: sklearn.calibration.CalibratedClassifierCV(estimator).",
            )
        given = frame_of(few)
        answer = np.asarray(model.predict_proba(given), dtype=np.float64)
    _check_answer(kind, answer, len(few.happened))
    if not given.equals(before):
        raise _refuse(
            kind, "an estimator that leaves its input alone", "one that changes it", "Copy X in it first."
        )
    _check_types(kind, model)


def _try_fit(learner: Scikit, few: Examples, before: pd.DataFrame, kind: str) -> Any:
    try:
        return _Watched(learner, few, before).fit(kind)
    except (ValueError, TypeError, AttributeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if "NaN" in str(error) and bool(np.isnan(few.values).any()):
            raise _refuse(
                kind,
                "an estimator that takes missing values",
                "one that refuses them",
                "Put an imputer first: make_pipeline(SimpleImputer(add_indicator=True), estimator).",
            ) from error
        fix = "Pass a pipeline that takes the table's own columns, or another estimator."
        if "could not convert string" in str(error):
            fix = "Turn categories into columns first: make_column_transformer((OneHotEncoder(), names), …)."
        raise _refuse(kind, "an estimator that can be fitted to these rows", reason, fix) from error


class _Watched:
    """A fit whose input is compared afterwards, to detect changes."""

    def __init__(self, learner: Scikit, few: Examples, before: pd.DataFrame) -> None:
        self.learner, self.few, self.before = learner, few, before

    def fit(self, kind: str) -> Any:
        from lealtad.learning.learners import scikit

        frames = []

        def watch(examples: Examples) -> pd.DataFrame:
            frames.append(frame_of(examples))
            return frames[-1]

        known, scikit.frame_of = scikit.frame_of, watch
        try:
            model = self.learner.fit_estimator(self.few, seed=0)
        finally:
            scikit.frame_of = known
        if not frames[0].equals(self.before):
            raise _refuse_change(kind)
        return model


def _check_answer(kind: str, answer: np.ndarray[Any, np.dtype[np.float64]], rows: int) -> None:
    if answer.shape != (rows, 2):
        shape = "×".join(map(str, answer.shape))
        raise _refuse(kind, f"{rows}×2 probabilities", shape, "Pass a classifier of two outcomes.")
    if not np.isfinite(answer).all():
        raise _refuse(
            kind, "probabilities", "NaN or infinite ones", "Pass an estimator that is finite everywhere."
        )
    if answer.min() < 0 or answer.max() > 1:
        raise _refuse(
            kind, "probabilities from 0 to 1", f"{answer.min():.3g} to {answer.max():.3g}", "Calibrate it."
        )


def _check_types(kind: str, model: Any) -> None:
    """Refuse what skops could not read back: a function or class that is not on the fixed list."""
    try:
        import skops.io
    except ImportError as error:
        raise _refuse(
            kind, "the package skops, which stores it", "none", 'Install it: pip install "lealtad[learners]".'
        ) from error
    try:
        unknown = sorted(set(skops.io.get_untrusted_types(data=skops.io.dumps(model))) - set(TRUSTED))
    except Exception as error:
        unknown = [str(error).splitlines()[0]]
    if unknown:
        raise _refuse(
            kind,
            "an estimator made of types of scikit-learn",
            ", ".join(unknown[:3]),
            "Leave these out: a stored model may not run other code when it is read.",
        )


def _sample(examples: Examples) -> Examples:
    """Return rows of either outcome, those with missing values first."""
    complete = ~np.isnan(examples.values).any(axis=1)
    order = np.argsort(complete, kind="stable")
    rows = []
    for outcome in (0, 1):
        own = order[examples.happened[order] == outcome]
        rows.append(np.concatenate([own[:_FEW], own[_FEW:][-_FEW:]]))
    return examples.select_rows(np.sort(np.concatenate(rows)))


def _refuse_change(kind: str) -> SettingsError:
    return _refuse(kind, "an estimator that leaves its input alone", "one that changes it", "Copy X in it first.")


def _refuse(kind: str, expected: str, found: str, fix: str) -> SettingsError:
    return SettingsError(place=f"learner {kind}", expected=expected, found=found, fix=fix)
