"""`model.toml`: what is predicted, on which dates, how, and for which list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.base.toml_file import Section, read_toml
from lealtad.company.outcome_definition import Inactivity, Label
from lealtad.lake.timeline import Timeline, find_end_of_data

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lealtad.lake import Lake


DEFINITIONS = ("churn", "churn_inactivity", "promoter", "answering")
_PACKAGED = Path(__file__).resolve().parent / "definitions"  # where the wheel keeps them
_CLONED = Path(__file__).resolve().parents[3] / "models"  # their one source


def locate_definition(name: str) -> Path:
    """Return the file of a definition that comes with lealtad, in a clone as in an installed wheel.

    Parameters
    ----------
    name
        `churn` (by contracts), `churn_inactivity` (by orders), `promoter` or `answering`.

    Raises
    ------
    SettingsError
        If none has that name.

    Examples
    --------
    >>> locate_definition("churn").name
    'model.toml'
    """
    if name not in DEFINITIONS:
        raise SettingsError(
            place="--model",
            expected=f"{', '.join(DEFINITIONS)}, or a model.toml",
            found=f"'{name}'",
            fix=suggest_name(name, DEFINITIONS),
        )
    return (_PACKAGED if _PACKAGED.is_dir() else _CLONED) / name / "model.toml"


def find_churn_definition(tables: Collection[str]) -> str:
    """Return the name of the churn definition that suits a company: by contracts if it has any, else by orders.

    Examples
    --------
    >>> find_churn_definition(["customers", "orders"])
    'churn_inactivity'
    """
    return "churn" if "subscriptions" in tables else "churn_inactivity"


class DateSettings(Section):
    """How many as-of dates to learn from and to be judged on, and how far apart.

    Attributes
    ----------
    train
        Dates to learn from. Where it is left out there are 24, and more where a long horizon leaves folds of these
        without a past: see `ModelDefinition.train_dates`.
    most_rows
        Customers × dates that are learned from, about; of a larger company so many whole customers, at random.
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
        The margin of orders is taken to go on as in so many days before the date.
    decision_days
        How far a decision to keep a customer looks ahead.
    """

    margin_rate: float = Field(0.25, gt=0, le=1)
    currency: str = Field("EUR", pattern="^[A-Z]{3}$")
    lookback_days: int = Field(56, gt=0)
    decision_days: int = Field(364, gt=0)


class ModelDefinition(Section):
    """A model's definition, as read from its `model.toml`; every key may be left out but the name.

    Attributes
    ----------
    families
        The families of features to learn from, such as rhythm and money; none stands for all. Declared attributes
        and a company's own features always count.
    """

    name: str
    seed: int = 7
    families: tuple[str, ...] = ()
    label: Label = Inactivity()
    dates: DateSettings = DateSettings()
    search: SearchSettings = SearchSettings()
    learner: LearnerSettings = LearnerSettings()
    constraints: Constraints = Constraints()
    booster: Booster | None = None
    value: CustomerValue = CustomerValue()

    @classmethod
    def read(cls, path: Path | str) -> ModelDefinition:
        """Read a definition: a file, or by its name one that comes with lealtad.

        Parameters
        ----------
        path
            A `model.toml`; or a name of `locate_definition`, unless a file is called so.

        Raises
        ------
        SettingsError
            If the file is missing, is no TOML, has an unknown key or a value that cannot be.

        Examples
        --------
        >>> ModelDefinition.read("churn").label.kind
        'contractual'
        """
        own = Path(path)
        file = locate_definition(str(path)) if str(path) in DEFINITIONS and not own.is_file() else own
        return read_toml(
            file,
            cls,
            expected="a model definition",
            fix=f"Name one of {', '.join(DEFINITIONS)}, or the path of your own model.toml.",
        )

    @classmethod
    def choose(cls, path: Path, tables: Collection[str]) -> ModelDefinition:
        """Read a definition, or where `path` is empty the churn definition that suits the tables at hand.

        Examples
        --------
        >>> ModelDefinition.choose(Path(), ["customers", "orders"]).name
        'churn_inactivity'
        """
        return cls.read(path if path.name else find_churn_definition(tables))

    def timeline(self, end: datetime) -> Timeline:
        """Return the definition's dates, counted backwards from the end of the data."""
        return Timeline(end, self.dates.step_days, self.label.outcome_days)

    @property
    def embargo_dates(self) -> int:
        """How many dates are left out between those that are learned from and the first test date."""
        return -(-self.label.outcome_days // self.dates.step_days)

    @property
    def train_dates(self) -> int:
        """How many dates to learn from: as stated, or as many as folds in time need.

        The first third of the dates is only learned from. It has to be as long as the horizon, so that the first
        fold has a past.

        Examples
        --------
        >>> ModelDefinition(name="churn").train_dates
        24
        >>> long = {"kind": "inactivity", "horizon_days": 91}
        >>> ModelDefinition(name="churn", label=long, dates={"step_days": 7}).train_dates
        43
        """
        if "train" in self.dates.model_fields_set:
            return self.dates.train
        return max(self.dates.train, 3 * self._fold_gap + 1)

    def count_folds(self, train_dates: int) -> int:
        """Return how many folds in time so many training dates allow.

        Examples
        --------
        >>> label = {"kind": "inactivity", "horizon_days": 91}
        >>> definition = ModelDefinition(name="churn", label=label, dates={"step_days": 14})
        >>> [definition.count_folds(dates) for dates in (8, 9, 10, 22)]
        [1, 2, 3, 3]
        """
        return max(0, min(self.search.folds, train_dates - max(train_dates // 3, self._fold_gap)))

    @property
    def _fold_gap(self) -> int:
        """How many dates have an outcome that is not known yet when the first fold begins."""
        return self.label.outcome_days // self.dates.step_days + 1

    def find_last_training_date(self, lake: Lake) -> datetime:
        """Return the newest date to learn from: what is fitted for the features may read nothing known later."""
        return self.timeline(find_end_of_data(lake)).split(self.train_dates, self.dates.test).train[-1]

    def as_of_dates(self, lake: Lake) -> list[datetime]:
        """Return every date that training and scoring need, oldest first; the last is the end of the data."""
        end = find_end_of_data(lake)
        timeline = self.timeline(end)
        return [*timeline.list_dates_with_outcome(self.train_dates + self.embargo_dates + self.dates.test), end]
