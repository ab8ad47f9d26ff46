"""A feature is a function: its name is the column, its docstring the definition."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from lealtad.examples.features.sentences import find_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lealtad.examples.features.engine.facts import Facts, Matrix

Risk = Literal["rises", "falls"]
Variant = int | str
BUILT_IN = "lealtad."


class Formula(Protocol):
    """What a feature function looks like: the facts, and the window or variant if it has any."""

    __name__: str
    __doc__: str | None
    __module__: str

    def __call__(self, facts: Facts, *variant: Variant) -> Matrix:
        """Return the feature's value per customer and as-of date, NaN for null."""
        ...


@dataclass(frozen=True)
class Unit:
    """A unit in words, one and many, by language.

    Attributes
    ----------
    exact
        By language, numbers that have a word of their own: 1 time is "once".
    """

    name: str
    words: Mapping[str, tuple[str, str]]
    decimals: int = 0
    exact: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Feature:
    """One feature of the catalog, over one or several windows.

    Attributes
    ----------
    source
        The stream whose facts it reads; without its tables the feature is off.
    needs
        Optional columns of the stream's first table without which the feature is off.
    windows
        Window lengths in days; none for a feature of the whole history.
    reads
        Further window lengths that the formula uses.
    variants
        Other arguments of the formula, such as the number of orders or the stage; not together with windows.
    column
        Name of the column of a variant; `{}` is replaced by the variant.
    null
        What a null means.
    actionable
        Whether somebody in the company can act on it.
    risk
        How churn moves with it, if that is beyond doubt: "rises" or "falls"; otherwise empty.
    about
        Its topic: of several features with one topic, people see the one that weighs most.
    says
        By language a sentence with `{value}`, `{typical}` (of customers who stay), `{window}` or `{variant}`.
        `{value:n}` is the number without its unit. A part in square brackets names further features over the same
        window, each a part of the next, and appears where they are known. The sentence after " || " is that of a
        value below 0, shown without its sign. Empty where the number means little to people: other features of
        the same topic explain it.
    """

    formula: Formula
    source: str
    unit: Unit
    about: str
    windows: tuple[int, ...]
    says: Mapping[str, str]
    reads: tuple[int, ...] = ()
    variants: tuple[Variant, ...] = ()
    column: str = ""
    needs: tuple[str, ...] = ()
    null: str = "never null"
    actionable: bool = False
    risk: Risk | None = None

    @property
    def name(self) -> str:
        """The feature's name, without its windows."""
        return self.formula.__name__

    @property
    def module(self) -> str:
        """The module it is written in."""
        return self.formula.__module__

    @property
    def family(self) -> str:
        """The family the feature belongs to."""
        return self.module.rpartition(".")[2]

    @property
    def definition(self) -> str:
        """The definition in words."""
        return " ".join((self.formula.__doc__ or "").split())

    @property
    def columns(self) -> dict[str, Variant | None]:
        """The columns it makes, each with its window in days or its variant (None where it has neither)."""
        if self.windows:
            return {f"{self.name}_{window}d": window for window in self.windows}
        return {self.column.format(variant): variant for variant in self.variants} or {self.name: None}


def feature(  # noqa: PLR0913 - the catalog's columns
    *,
    source: str,
    unit: Unit,
    about: str,
    en: str = "",
    es: str = "",
    windows: tuple[int, ...] = (),
    reads: tuple[int, ...] = (),
    variants: tuple[Variant, ...] = (),
    column: str = "",
    needs: tuple[str, ...] = (),
    null: str = "never null",
    actionable: bool = False,
    risk: Risk | None = None,
) -> Callable[[Callable[..., Matrix]], Feature]:
    """Make a feature of a function: its name is the column, its docstring the definition.

    Parameters
    ----------
    en, es
        The sentence about a feature of the company's own. Those of lealtad's features are in `sentences.en.toml`
        and `sentences.es.toml`.

    Notes
    -----
    See `Feature` for the meaning of the others.
    """

    def make(formula: Callable[..., Matrix]) -> Feature:
        is_built_in = formula.__module__.startswith(BUILT_IN)
        family = formula.__module__.rpartition(".")[2]
        return Feature(
            formula=formula,
            source=source,
            unit=unit,
            about=about,
            windows=windows,
            says=find_sentences(family, formula.__name__) if is_built_in else {"en": en, "es": es},
            reads=reads,
            variants=variants,
            column=column,
            needs=needs,
            null=null,
            actionable=actionable,
            risk=risk,
        )

    return make
