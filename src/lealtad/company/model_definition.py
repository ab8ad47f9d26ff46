"""`model.toml`: what is predicted, on which dates, how, and for which list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.base.toml_file import Section, read_toml
from lealtad.company.model_settings import (
    Booster,
    Constraints,
    CustomerValue,
    DateSettings,
    LearnerSettings,
    SearchSettings,
)
from lealtad.company.outcome_definition import Inactivity, Label
from lealtad.lake.timeline import Timeline, find_end_of_data

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lealtad.lake import Lake


DEFINITIONS = ("churn", "churn_inactivity", "promoter", "answering")
_PACKAGED = Path(__file__).resolve().parent / "definitions"  # their place in the wheel
_CLONED = Path(__file__).resolve().parents[3] / "models"  # their place in a clone


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
    """Return the name of the churn definition that fits a company: by contracts if it has any, else by orders.

    Examples
    --------
    >>> find_churn_definition(["customers", "orders"])
    'churn_inactivity'
    """
    return "churn" if "subscriptions" in tables else "churn_inactivity"


class ModelDefinition(Section):
    """A model's definition, as read from its `model.toml`; every key except the name has a default.

    Attributes
    ----------
    families
        The families of features to learn from, such as rhythm and money; empty means all. Declared attributes and
        a company's own features are always included.
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
            A `model.toml`, or a name that `locate_definition` takes; an existing file of that name comes first.

        Raises
        ------
        SettingsError
            If the file is missing, is not TOML, or has an unknown key or an impossible value.

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
        """Read a definition; if `path` is empty, the churn definition that fits the company's tables.

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
        """Number of dates left out between the last training date and the first test date."""
        return -(-self.label.outcome_days // self.dates.step_days)

    @property
    def train_dates(self) -> int:
        """Number of training dates: as stated, or as many as folds in time need.

        The first third of the dates is never judged. It must be at least as long as the horizon, so that the first
        fold has earlier dates to learn from.

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
        """Return the number of folds in time that this many training dates allow.

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
        """Number of dates whose outcome is not known yet when the first fold begins."""
        return self.label.outcome_days // self.dates.step_days + 1

    def find_last_training_date(self, lake: Lake) -> datetime:
        """Return the newest training date; nothing that is fitted for the features may use later data."""
        return self.timeline(find_end_of_data(lake)).split(self.train_dates, self.dates.test).train[-1]

    def as_of_dates(self, lake: Lake) -> list[datetime]:
        """Return every date that training and scoring need, oldest first; the last is the end of the data."""
        end = find_end_of_data(lake)
        timeline = self.timeline(end)
        return [*timeline.list_dates_with_outcome(self.train_dates + self.embargo_dates + self.dates.test), end]
