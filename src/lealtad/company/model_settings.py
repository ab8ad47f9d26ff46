"""The sections of a `model.toml`: dates, search, learner, directions, trees and the value of a customer."""

from __future__ import annotations

from pydantic import Field

from lealtad.base.toml_file import Section


class DateSettings(Section):
    """How many as-of dates to learn from and to be judged on, and how far apart.

    Attributes
    ----------
    train
        Dates to learn from. Where it is left out there are 24, and more where a long horizon leaves folds of these
        without a past: see `ModelDefinition.train_dates`.
    most_rows
        Customers × dates that are learned from, about; of a larger company that many whole customers, at random.
    """

    step_days: int = Field(7, gt=0)
    train: int = Field(24, gt=0)
    test: int = Field(4, gt=0)
    most_rows: int = Field(1_000_000, gt=0)


class SearchSettings(Section):
    """How long the settings of the trees are searched, and on how many folds.

    Attributes
    ----------
    trials, seconds
        The search ends with whichever comes first. With trials alone the same data give the same model; with
        seconds it depends on the machine.
    folds
        Parts of the training dates that are judged by models of earlier dates.
    seeds
        Fits with different seeds that are averaged into the model.
    most_rows
        Rows of whole customers that are searched on; the model learns from all that the dates bring.
    """

    trials: int = Field(10, gt=0)
    seconds: float | None = Field(None, gt=0)
    folds: int = Field(3, gt=0)
    seeds: int = Field(3, gt=0)
    most_rows: int = Field(60_000, gt=0)


class LearnerSettings(Section):
    """The kind of model.

    Attributes
    ----------
    kind
        `lightgbm`, `logistic`, `catboost`, `mean`, or the address of an estimator of scikit-learn such as
        `sklearn.ensemble.RandomForestClassifier`.
    of
        The kinds that `mean` is the mean of; LightGBM and logistic regression if none is named.
    settings
        Those of an estimator that is named by its address.
    """

    kind: str = "lightgbm"
    of: tuple[str, ...] = ()
    settings: dict[str, bool | int | float | str | None] = Field(default_factory=dict)


class Constraints(Section):
    """Directions that the trees have to keep.

    Attributes
    ----------
    catalog
        Whether features may move the probability only in the direction that the catalog states. A feature that
        the training data contradict is set free, and reported.
    """

    catalog: bool = True


class Booster(Section):
    """LightGBM's settings, by the names of what they do; where they are given, nothing is searched."""

    rounds: int = Field(500, gt=0)
    learning_rate: float = Field(0.024, gt=0)
    leaves: int = Field(12, gt=1)
    min_rows_per_leaf: int = Field(50, gt=0)
    feature_share: float = Field(0.15, gt=0, le=1)
    row_share: float = Field(0.6, gt=0, le=1)
    l2: float = Field(5.0, ge=0)
    random_thresholds: bool = False


class CustomerValue(Section):
    """What a customer who stays is worth.

    Attributes
    ----------
    margin_rate
        Margin per amount, for contracts and for orders that state none.
    lookback_days
        The margin of orders is taken to go on as in that many days before the date.
    decision_days
        How far a decision to keep a customer looks ahead.
    """

    margin_rate: float = Field(0.25, gt=0, le=1)
    currency: str = Field("EUR", pattern="^[A-Z]{3}$")
    lookback_days: int = Field(56, gt=0)
    decision_days: int = Field(364, gt=0)
