"""The interface between lealtad and a kind of model, such as boosted trees or a logistic regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from lealtad.base.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lealtad.company.model_settings import Booster
    from lealtad.learning.learners.examples import Examples


@dataclass(frozen=True)
class FitPath:
    """The log-odds of judged rows by one fit as its rounds grow.

    Attributes
    ----------
    rounds
        The evaluated numbers of rounds, rising; only 1 if a kind of model has no rounds.
    margins
        Log-odds of the judged rows after each, rounds × rows.
    """

    rounds: tuple[int, ...]
    margins: NDArray[np.float32]


class Scorer(Protocol):
    """A fitted model, read from its text."""

    def predict_margin(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log-odds of the outcome, one per row of `values` (rows × columns, NaN for null)."""
        ...

    def explain(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each column adds to the log-odds, rows × columns."""
        ...


class Learner(Protocol):
    """A kind of model: a class that learns, and one that scores.

    The file of the scorer imports lealtad only for types, and has a function `load(text)`, which returns a scorer.
    A served model carries that file along and calls `load` where lealtad is not installed. `packages` names what
    the file imports besides NumPy. Learner and scorer may share one file.
    """

    @property
    def name(self) -> str:
        """The word for this kind of model in contracts and searches."""
        ...

    @property
    def scorer(self) -> type[Scorer]:
        """The class of what `load` returns."""
        ...

    @property
    def packages(self) -> tuple[str, ...]:
        """Distributions that a server needs to load and score the model."""
        ...

    @property
    def takes_directions(self) -> bool:
        """Whether a column can be bound to raise the probability only, or to lower it only."""
        ...

    @property
    def takes_missing(self) -> bool:
        """Whether NaN can be learned from and scored."""
        ...

    @property
    def takes_weights(self) -> bool:
        """Whether a row can count for several."""
        ...

    @property
    def takes_categories(self) -> bool:
        """Whether a column can hold codes of categories without an order."""
        ...

    @property
    def takes_levels(self) -> bool:
        """Whether log-odds can be given per row, which the model then does not learn."""
        ...

    @property
    def is_seeded(self) -> bool:
        """Whether fits with different seeds differ."""
        ...

    @property
    def most_trials(self) -> int | None:
        """Trials after which a search has seen what there is to see; None if there is always more."""
        ...

    @property
    def first_settings(self) -> tuple[dict[str, Any], ...]:
        """Settings with which a search begins; each names every setting that is searched."""
        ...

    def suggest_settings(self, trial: Any) -> dict[str, Any]:
        """Return the settings of a trial of Optuna, drawn by its `suggest_*`."""
        ...

    def translate(self, booster: Booster) -> dict[str, Any]:
        """Return the settings of `[booster]` in `model.toml` by the learner's own names."""
        ...

    def fills_cores(self, examples: Examples) -> bool:
        """Return whether one fit takes every core, so that fits must not run side by side."""
        ...

    def prepare(self, examples: Examples, reference: Any = None) -> Any:
        """Return the rows in the form that fits read, once for all fits on them.

        `reference` are the prepared rows that are learned from, where others are prepared to be judged on.
        """
        ...

    def fit_path(
        self, examples: Examples, learned: Any, judged: Any, settings: Mapping[str, Any], seed: int
    ) -> FitPath:
        """Fit until the judged rows gain no more, and return their log-odds on the way."""
        ...

    def fit(self, examples: Examples, learned: Any, settings: Mapping[str, Any], rounds: int, seed: int) -> str:
        """Fit that many rounds and return the model as text."""
        ...

    def average(self, texts: Sequence[str], level: float) -> str:
        """Return the model whose log-odds are the mean of these models' log-odds, plus `level`."""
        ...

    def load(self, text: str) -> Scorer:
        """Read a model from its text; nothing is unpickled."""
        ...


def check_examples(learner: Learner, examples: Examples) -> None:
    """Refuse rows that a learner cannot learn from.

    Raises
    ------
    SettingsError
        If the rows have directions, missing values, weights or categories, and the learner cannot take them.
    """
    needs = {
        "directions of columns": any(examples.directions) and not learner.takes_directions,
        "missing values": not learner.takes_missing and bool(np.isnan(examples.values).any()),
        "weights of rows": examples.weight is not None and not learner.takes_weights,
        "categories": bool(examples.categorical) and not learner.takes_categories,
    }
    lacking = [what for what, is_needed in needs.items() if is_needed]
    if lacking:
        raise SettingsError(
            place=f"learner '{learner.name}'",
            expected=f"a learner that takes {' and '.join(lacking)}",
            found="one that does not",
            fix="Leave these out of the table, or train with the learner 'lightgbm'.",
        )
    if hasattr(learner, "check"):
        learner.check(examples)
