"""The one door to training: a lake and a definition, or a table that somebody brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from lealtad.base.errors import SettingsError
from lealtad.company.model_definition import ModelDefinition
from lealtad.lake import Lake
from lealtad.learning import on_lake as training
from lealtad.learning import on_table as own_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from lealtad.learning.on_lake import TrainedModel
    from lealtad.learning.on_table import TrainedTable
    from lealtad.learning.on_table.given import Rows


@overload
def train(data: Lake, target: ModelDefinition, **choices: Any) -> TrainedModel: ...
@overload
def train(data: Rows, target: ArrayLike, **choices: Any) -> TrainedTable: ...
def train(data: Lake | Rows, target: ModelDefinition | ArrayLike, **choices: Any) -> TrainedModel | TrainedTable:
    """Train on a lake by a definition, or on any table of customers with its outcomes.

    Parameters
    ----------
    data
        A lake, or a pandas or Polars frame.
    target
        The definition of what is predicted, or the outcomes (0 or 1), one per row of the frame.
    **choices
        What `training.train` takes for a lake, or `own_table.train_table` for a frame: `time`, `groups`,
        `outcome_days`, `constraints`, `budget`, `seed` and others.

    Raises
    ------
    SettingsError
        If a lake comes without a definition, or a definition without a lake.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame({"tenure": rng.integers(1, 60, 400), "plan": rng.choice(["basic", "plus"], 400)})
    >>> y = rng.random(400) < 1 / (1 + np.exp(X["tenure"] / 8 - 2))
    >>> from lealtad.learning.search import Budget
    >>> trained = train(X, y, budget=Budget(trials=2), progress=lambda _: None)
    >>> trained.metric("auc") > 0.75
    True
    >>> len(trained.predict(X.head(3)))
    3
    """
    if isinstance(data, Lake) and isinstance(target, ModelDefinition):
        return training.train(data, target, **choices)
    if isinstance(data, Lake) or isinstance(target, ModelDefinition):
        raise SettingsError(
            place="train",
            expected="a lake with a definition, or a frame with its outcomes",
            found=f"{type(data).__name__} with {type(target).__name__}",
            fix="Call train(Lake.open(…), Definition.read(…)) or train(X, y).",
        )
    return own_table.train_table(data, target, **choices)
