"""A measure as one file declares it: what it means, how it is computed, where it is shown and in which words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from lealtad.company.calendar.business_calendar import BusinessCalendar

Unit = Literal["points", "score", "share", "hours", "money", "count"]
Table = Literal["surveys", "ticket_events", "subscriptions"]
Shown = Literal["journey", "company", "months", "cohorts"]
EVERYWHERE: frozenset[Shown] = frozenset({"journey", "company", "months"})
COMPANY_ONLY: frozenset[Shown] = frozenset({"company", "months"})


@dataclass(frozen=True)
class KpiDefinition:
    """One measure; its version must rise when its formula changes."""

    name: str
    version: int
    formula: str

    def label(self, *choices: str) -> str:
        """Name the definition with the choices that one figure was computed with.

        Examples
        --------
        >>> KpiDefinition("first_response_time", 1, "hours to the reply").label("median", "calendar hours")
        'first_response_time@1: median, calendar hours'
        """
        versioned = f"{self.name}@{self.version}"
        return f"{versioned}: {', '.join(choices)}" if choices else versioned


@dataclass(frozen=True)
class Conditions:
    """What measures read from a company's settings and definitions.

    Attributes
    ----------
    business
        Its calendar; None for calendar hours.
    target_hours
        By priority, the hours within which a ticket should have its first reply.
    margin_share
        Share of the amounts of contracts that is margin.
    """

    business: BusinessCalendar | None = None
    target_hours: Mapping[str, float] = field(default_factory=dict)
    margin_share: float = 0.25


# rows, conditions, and `as_of, by, window_days, customers, touchpoints` → the tidy frame
Compute: TypeAlias = "Callable[..., pl.DataFrame | None]"


@dataclass(frozen=True)
class MeasureWords:
    """A measure in the words of one language.

    Attributes
    ----------
    name
        How pages name it.
    meaning
        One sentence of the glossary; `{hours}` stands for the clock, `{days}` for the length of the window.
    survey_name
        How pages name the figure of one survey, with `{survey}`; if empty, `name`.
    """

    name: str
    meaning: str
    survey_name: str = ""


@dataclass(frozen=True)
class Look:
    """How the values of a figure are named, written and judged.

    Attributes
    ----------
    words
        By language ("en", "es"), its name and meaning.
    unit, decimals
        How a value is written: points, a score on its scale, a share as a percentage, hours, money or a count.
    is_higher_better
        Whether higher values are better; reversed for a question whose `higher_is_easier` is false.
    target
        The key of `[targets]` in `lealtad.toml`; empty for none.
    target_scale
        The scale of the target, on which high answers are good; None for any scale.
    span
        The smallest and the largest possible value; None if it is unbounded, or bounded by its scale.
    """

    words: Mapping[str, MeasureWords]
    unit: Unit
    is_higher_better: bool = False
    decimals: int = 0
    target: str = ""
    target_scale: tuple[float, float] | None = None
    span: tuple[float, float] | None = None


@dataclass(frozen=True)
class Measure:
    """One measure: the only place where pages, tables and hashes read about it.

    Attributes
    ----------
    definition
        Its formula in words and its version, which the hash of all definitions covers.
    table
        The table whose rows it is computed from.
    compute
        Its function; it returns None if the company's settings lack what it needs.
    look
        How its values are named, written and judged.
    shown
        "journey": on the journey map, by stage and touchpoint. "company": on the KPI page, as a whole and by
        segment. "months": there, as a line by month. "cohorts": there, as a triangle.
    survey
        The `metric` of the surveys it is computed from; empty for all, or for another table.
    instrument
        The columns in which answers must agree to be counted in one figure.
    needs_direction
        Whether answers without `higher_is_easier` are left out.
    rank
        Its position among the measures.
    """

    definition: KpiDefinition
    table: Table
    compute: Compute
    look: Look
    shown: frozenset[Shown] = EVERYWHERE
    survey: str = ""
    instrument: tuple[str, ...] = ()
    needs_direction: bool = False
    rank: int = 1000

    @property
    def name(self) -> str:
        """The name of its definition, as used in tables."""
        return self.definition.name


def from_rows(function: Callable[..., pl.DataFrame]) -> Compute:
    """Return the computation of a measure that needs nothing but its rows."""

    def compute(rows: pl.DataFrame, _conditions: Conditions, **options: Any) -> pl.DataFrame:
        return function(rows, **options)

    return compute
