"""The TOML of an experiment as a frozen type."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads the annotations at run time
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lealtad.base.toml_file import Section, read_toml

Metric = Literal["conversion", "purchases", "margin", "time_spent", "retained", "nps", "csat"]
BINARY: frozenset[str] = frozenset({"conversion", "retained", "csat"})
PAST: frozenset[str] = frozenset({"conversion", "purchases", "margin", "time_spent"})
_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
_RESERVED = "global_holdout"
Name = Annotated[str, Field(pattern=_NAME, max_length=60)]


class Arm(Section):
    """One arm of an experiment.

    Attributes
    ----------
    name
        Its name, which is also the value of `variant` in exposures.
    message
        The message for the sending tool; empty in the control.
    share
        Relative size; arms of equal size need none.
    control
        The arm that the others are compared with. It gets nothing, and is on no list.
    """

    name: Name
    message: str = ""
    share: float = Field(1.0, gt=0)
    control: bool = False


class Outcome(Section):
    """What is measured of each customer in the days after the assignment.

    Attributes
    ----------
    metric
        `conversion` (at least one order, or one contact of `touchpoint` that the customer began), `purchases`
        (orders), `margin`, `time_spent` (the sum of `value` of a touchpoint), `retained` (not churned by the
        model's definition), `nps` (100 promoter, 0 passive, -100 detractor) or `csat` (satisfied).
    touchpoint
        The touchpoint that `time_spent` sums, or that counts as `conversion`.
    horizon_days
        Days after the assignment in which it counts; until they are over the outcome is unknown.
    survey
        The kind of answers for `nps` and `csat`; relational and transactional ones are never mixed.
    higher_is_better
        Whether higher values are better.
    """

    metric: Metric
    touchpoint: str | None = None
    survey: Literal["relational", "transactional"] = "relational"
    horizon_days: int = Field(28, gt=0, le=730)
    higher_is_better: bool = True

    @model_validator(mode="after")
    def _check_touchpoint(self) -> Self:
        if self.metric == "time_spent" and self.touchpoint is None:
            raise ValueError("touchpoint: time_spent needs the touchpoint whose value it adds up")
        if self.touchpoint is not None and self.metric not in {"time_spent", "conversion"}:
            raise ValueError(f"touchpoint: {self.metric} is of the whole customer; remove the key")
        return self

    @property
    def name(self) -> str:
        """A short name: the metric, its touchpoint and its days.

        Examples
        --------
        >>> Outcome(metric="conversion").name
        'conversion_28d'
        """
        place = f"_{self.touchpoint}" if self.touchpoint else ""
        return f"{self.metric}{place}_{self.horizon_days}d"

    @property
    def is_binary(self) -> bool:
        """Whether it is 0 or 1 for each customer."""
        return self.metric in BINARY


class Guardrail(Outcome):
    """An outcome that must not become worse by more than `worst`.

    Attributes
    ----------
    worst
        The largest loss that is acceptable, in the outcome's unit.
    """

    worst: float = Field(0.0, ge=0)


class Population(Section):
    """The customers who take part, as the playbook names its audiences; a missing key sets no limit.

    Customers who opted out never take part.

    Attributes
    ----------
    active
        Whether only active customers take part, by the churn model's definition.
    """

    active: bool = True
    segments: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """By column of the customers, the values that take part."""
        bounds = {"segment": self.segments, "language": self.languages, "country": self.countries}
        return {column: values for column, values in bounds.items() if values is not None}


class ExperimentPlan(Section):
    """The plan of an experiment.

    Attributes
    ----------
    unit
        The unit of assignment: customers, or whole accounts.
    touchpoint
        The touchpoint of exposures: touchpoints of this name with `variant` are exposures to the message.
    arms
        At least two, one of them the control.
    primary, secondary, guardrails
        The deciding outcome; further outcomes; outcomes that must not become worse.
    effect
        The smallest difference worth finding, in the primary outcome's unit. Without it the plan states which
        difference can be detected.
    start, days
        The first day, and for how many days units are enrolled; 0 enrols everybody on the first day.
    looks
        "any" allows a look on any day, "end" one look at the planned end.
    power, level
        The chance of finding `effect`, and of an alarm without any effect.
    covariate
        The covariate of CUPED: the same outcome before the assignment (`past`), the churn or promoter score, or
        none.
    strata
        Columns of the customers within which arms are balanced.
    segments
        Columns of the customers by which the effect is compared.
    layer
        Experiments of one layer share no customer; those of different layers overlap freely.
    share
        The share of the population that takes part.
    global_holdout
        The share of all customers who take part in no experiment of the year.
    """

    touchpoint: str | None = None
    unit: Literal["customer", "account"] = "customer"
    arms: tuple[Arm, ...]
    population: Population = Population()
    primary: Outcome
    secondary: tuple[Outcome, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()
    effect: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    start: date | None = None
    days: int = Field(0, ge=0, le=730)
    looks: Literal["any", "end"] = "any"
    power: float = Field(0.8, gt=0.05, lt=1)
    level: float = Field(0.05, gt=0, lt=0.5)
    covariate: Literal["past", "churn", "promoter", "none"] = "past"
    strata: tuple[Literal["segment", "country", "language"], ...] = ()
    segments: tuple[Literal["segment", "country", "language"], ...] = ()
    layer: Name = "main"
    share: float = Field(1.0, gt=0, le=1)
    global_holdout: float = Field(0.0, ge=0, lt=0.5)

    @model_validator(mode="after")
    def _check_arms(self) -> Self:
        names = [arm.name for arm in self.arms]
        controls = [arm.name for arm in self.arms if arm.control]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise ValueError(f"arms: every arm needs a name of its own; '{twice[0]}' is there twice")
        if _RESERVED in names:
            raise ValueError(f"arms: '{_RESERVED}' is the arm of customers outside all experiments; rename it")
        if len(controls) != 1:
            there = f"{len(controls)} arms have it" if controls else "no arm has it, so nothing is held out"
            raise ValueError(f"arms: exactly one arm needs control = true; {there}")
        if len(names) < 2:  # noqa: PLR2004 - a comparison
            raise ValueError("arms: an experiment needs a treated arm beside the control")
        outcomes = [outcome.name for outcome in self.outcomes]
        repeated = [name for name in outcomes if outcomes.count(name) > 1]
        if repeated:
            raise ValueError(f"outcomes: each is measured once; '{repeated[0]}' is there twice")
        return self

    @classmethod
    def read(cls, path: Path | str) -> ExperimentPlan:
        """Read a plan.

        Raises
        ------
        SettingsError
            If the file is missing, is not TOML, or has an unknown key or an impossible value.
        """
        return read_toml(
            Path(path),
            cls,
            expected="the plan of an experiment",
            fix="Write it as docs/experiments.md shows, and name it or its folder.",
        )

    @property
    def control(self) -> str:
        """The name of the control."""
        return next(arm.name for arm in self.arms if arm.control)

    @property
    def treated(self) -> tuple[str, ...]:
        """The names of the other arms."""
        return tuple(arm.name for arm in self.arms if not arm.control)

    @property
    def shares(self) -> dict[str, float]:
        """By arm its share of the units; together 1."""
        total = sum(arm.share for arm in self.arms)
        return {arm.name: arm.share / total for arm in self.arms}

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every outcome, the primary one first."""
        return (self.primary, *self.secondary, *self.guardrails)
