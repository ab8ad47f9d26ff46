"""Kinds of model by name, as `[learner]` in `model.toml` and `lealtad compare` name them."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.learning.learners.catboost import CatBoost
from lealtad.learning.learners.learner import Learner
from lealtad.learning.learners.lightgbm import LightGBM
from lealtad.learning.learners.logistic import Logistic
from lealtad.learning.learners.mean import Mean
from lealtad.learning.learners.scikit import Scikit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AnyLearner = Learner | Mean

KINDS: dict[str, Learner] = {kind.name: kind for kind in (LightGBM(), Logistic(), CatBoost())}
_MEAN = ("lightgbm", "logistic")


def choose_learner(asked: Any, settings: Mapping[str, Any] | None = None, of: Sequence[Any] = ()) -> AnyLearner:
    """Return a learner by its name.

    Parameters
    ----------
    asked
        A learner, a name of `KINDS`, or `mean`. Or an estimator or pipeline of scikit-learn, or the address of its
        class such as `sklearn.ensemble.RandomForestClassifier`. Several of these stand for their mean.
    settings
        The estimator's own, where its address is given.
    of
        The learners of `mean`; LightGBM and logistic regression by default.

    Raises
    ------
    SettingsError
        If there is no such learner, or its package is not installed.

    Examples
    --------
    >>> choose_learner("logistic").name
    'logistic'
    >>> [part.name for part in choose_learner(["lightgbm", "logistic"]).parts]
    ['lightgbm', 'logistic']
    """
    if isinstance(asked, list | tuple):
        return _make_mean(asked)
    if not isinstance(asked, str):
        return asked if hasattr(asked, "fit_path") or isinstance(asked, Mean) else Scikit(asked)
    if asked == Mean.name:
        return _make_mean(of or _MEAN)
    if asked.startswith("sklearn."):
        return Scikit(_make_estimator(asked, settings or {}))
    if asked not in KINDS:
        names = [*KINDS, Mean.name]
        raise SettingsError(
            place="learner",
            expected=f"{', '.join(names)}, or an address such as sklearn.ensemble.RandomForestClassifier",
            found=f"'{asked}'",
            fix=suggest_name(asked, names),
        )
    if asked == CatBoost.name and find_spec("catboost") is None:
        raise SettingsError(
            place="learner 'catboost'",
            expected="the package catboost",
            found="none",
            fix='Install it: pip install "lealtad[learners]".',
        )
    return KINDS[asked]


def find_reader(name: str) -> AnyLearner:
    """Return the reader of a learner's texts, by the name in a contract.

    Raises
    ------
    SettingsError
        If there is no such learner.
    """
    if name == Scikit.name:
        return Scikit()
    return Mean() if name == Mean.name else choose_learner(name)


def list_parts(learner: AnyLearner) -> tuple[Learner, ...]:
    """Return the learners whose settings are searched: those that a mean combines, or the learner itself.

    Parameters
    ----------
    learner
        One learner, or a mean of several.

    Examples
    --------
    >>> [part.name for part in list_parts(choose_learner("lightgbm"))]
    ['lightgbm']
    """
    return learner.parts if isinstance(learner, Mean) else (learner,)


def _make_mean(asked: Sequence[Any]) -> AnyLearner:
    parts = tuple(part for name in asked for part in list_parts(choose_learner(name)))
    names = [part.name for part in parts]
    if len(set(names)) < len(names):
        raise SettingsError(
            place="learner 'mean'",
            expected="learners of different kinds",
            found=", ".join(names),
            fix="Name each kind once; of estimators of scikit-learn take a VotingClassifier.",
        )
    return parts[0] if len(parts) == 1 else Mean(parts)


def _make_estimator(address: str, settings: Mapping[str, Any]) -> Any:
    module, _, name = address.rpartition(".")
    try:
        return getattr(import_module(module), name)(**settings)
    except (ImportError, AttributeError, TypeError) as error:
        raise SettingsError(
            place="learner",
            expected="the address of an estimator of scikit-learn, with settings that it knows",
            found=f"'{address}': {error}",
            fix="Write it as in sklearn.ensemble.RandomForestClassifier.",
        ) from error
