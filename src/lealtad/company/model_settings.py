"""The sections of a `model.toml`: dates, search, learner, directions, trees and the value of a customer."""

from __future__ import annotations

from pydantic import Field

from lealtad.base.toml_file import Section


class DateSettings(Section):
    """Number and spacing of the as-of dates for training and test.

    Attributes
    ----------
    train
        Number of training dates. The default is 24, or more if a long horizon would leave folds without earlier
        dates; see `ModelDefinition.train_dates`.
    most_rows
        Approximate number of training rows (customers × dates); a larger company is sampled by whole customers.
    """

    step_days: int = Field(7, gt=0)
    train: int = Field(24, gt=0)
    test: int = Field(4, gt=0)
    most_rows: int = Field(1_000_000, gt=0)


class SearchSettings(Section):
    """The search of the learner's settings: how long, and on how many folds.

    Attributes
    ----------
    trials, seconds
        The search ends with whichever comes first. With trials alone the same data give the same model; with
        seconds it depends on the machine.
    folds
        Number of blocks of training dates that are each judged by models of earlier dates.
    seeds
        Number of fits with different seeds that are averaged into the model.
    most_rows
        Maximum number of rows for the search, sampled by whole customers; the model itself learns from all rows.
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
        The kinds that `mean` averages; by default LightGBM and logistic regression.
    settings
        Settings of an estimator that is given by its address.
    """

    kind: str = "lightgbm"
    of: tuple[str, ...] = ()
    settings: dict[str, bool | int | float | str | None] = Field(default_factory=dict)


class Constraints(Section):
    """Monotone directions that the trees must keep.

    Attributes
    ----------
    catalog
        Whether features may move the probability only in the direction that the catalog states. If the training
        data contradict a direction, it is dropped and reported.
    """

    catalog: bool = True


class Booster(Section):
    """Fixed settings of LightGBM, under descriptive names; with them, nothing is searched."""

    rounds: int = Field(500, gt=0)
    learning_rate: float = Field(0.024, gt=0)
    leaves: int = Field(12, gt=1)
    min_rows_per_leaf: int = Field(50, gt=0)
    feature_share: float = Field(0.15, gt=0, le=1)
    row_share: float = Field(0.6, gt=0, le=1)
    l2: float = Field(5.0, ge=0)
    random_thresholds: bool = False


class CustomerValue(Section):
    """How the value of a customer who stays is computed.

    Attributes
    ----------
    margin_rate
        Margin as a share of the amount, for contracts, and for orders without a margin.
    lookback_days
        Days before the date whose margin of orders is assumed to continue.
    decision_days
        Days ahead for which the value of keeping a customer is counted.
    """

    margin_rate: float = Field(0.25, gt=0, le=1)
    currency: str = Field("EUR", pattern="^[A-Z]{3}$")
    lookback_days: int = Field(56, gt=0)
    decision_days: int = Field(364, gt=0)
