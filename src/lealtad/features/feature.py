"""A feature is a function: its name is the column, its docstring the definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lealtad.features.facts import Facts, Matrix


class Formula(Protocol):
    """What a feature function looks like: the facts, and the window or variant if it has any."""

    __name__: str
    __doc__: str | None
    __module__: str

    def __call__(self, facts: Facts, *variant: int) -> Matrix:
        """Return the feature's value per customer and as-of date, NaN for null."""
        ...


@dataclass(frozen=True)
class Unit:
    """A unit in words, one and many, by language."""

    name: str
    words: Mapping[str, tuple[str, str]]
    decimals: int = 0


@dataclass(frozen=True)
class Feature:
    """One feature of the catalog, over one or several windows.

    Attributes
    ----------
    source
        The table whose facts it reads; where the lake lacks it the feature is off.
    needs
        Optional columns of that table without which the feature is off.
    windows
        Window lengths in days; none for a feature of the whole history.
    variants
        Other whole numbers that the formula is asked for, such as how many orders; not beside windows.
    column
        Names the column of a variant, which stands for `{}`.
    null
        What a null says.
    actionable
        Whether somebody in the company can act on it.
    about
        What it tells of; of features about the same thing, a person is told the one that weighs most.
    says
        By language a sentence with `{value}`, `{typical}` (of customers who stay), `{window}` or `{variant}`;
        empty where the number means little to a person and other features about the same thing speak for it.
    """

    formula: Formula
    source: str
    unit: Unit
    about: str
    windows: tuple[int, ...]
    says: Mapping[str, str]
    variants: tuple[int, ...] = ()
    column: str = ""
    needs: tuple[str, ...] = ()
    null: str = "never null"
    actionable: bool = False

    @property
    def name(self) -> str:
        """The feature's name, without its windows."""
        return self.formula.__name__

    @property
    def family(self) -> str:
        """The family the feature belongs to."""
        return self.formula.__module__.rpartition(".")[2]

    @property
    def definition(self) -> str:
        """The definition in words."""
        return " ".join((self.formula.__doc__ or "").split())

    @property
    def columns(self) -> dict[str, int | None]:
        """The columns it makes, each with its window in days or its variant (None where it has neither)."""
        if self.windows:
            return {f"{self.name}_{window}d": window for window in self.windows}
        return {self.column.format(variant): variant for variant in self.variants} or {self.name: None}

    def values(self, facts: Facts) -> dict[str, Matrix]:
        """Compute every column of the feature."""
        return {
            column: self.formula(facts) if variant is None else self.formula(facts, variant)
            for column, variant in self.columns.items()
        }


def feature(  # noqa: PLR0913 - the catalog's columns
    *,
    source: str,
    unit: Unit,
    about: str,
    en: str = "",
    es: str = "",
    windows: tuple[int, ...] = (),
    variants: tuple[int, ...] = (),
    column: str = "",
    needs: tuple[str, ...] = (),
    null: str = "never null",
    actionable: bool = False,
) -> Callable[[Callable[..., Matrix]], Feature]:
    """Make a feature of a function; see `Feature` for what the arguments mean."""

    def of(formula: Callable[..., Matrix]) -> Feature:
        return Feature(
            formula=formula,
            source=source,
            unit=unit,
            about=about,
            windows=windows,
            says={"en": en, "es": es},
            variants=variants,
            column=column,
            needs=needs,
            null=null,
            actionable=actionable,
        )

    return of
