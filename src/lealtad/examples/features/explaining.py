"""Why a feature has its value: the very facts behind it, found by watching the formula ask."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.examples.features.building import compute_features, find_stream
from lealtad.examples.features.catalog import build_catalog
from lealtad.examples.features.fact_clocks import ANSWER_KNOWN
from lealtad.examples.features.happening import restore_known_at
from lealtad.examples.features.kept import read_catalog, read_company
from lealtad.examples.features.merged_ids import NO_IDENTITIES, find_components, find_homes
from lealtad.examples.features.storing import add_words, check_dates
from lealtad.lake import select_as_of
from lealtad.lake.timeline import parse_moment
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from lealtad.examples.features.company import CompanyProfile
    from lealtad.examples.features.engine.facts import Facts, Matrix
    from lealtad.examples.features.feature import Feature, Variant
    from lealtad.lake import Lake
    from lealtad.lake.timeline import Moment

# how rows were brought into place says nothing about the customer
_PLACED = ("_row", "superseded_at", "source_zone", "is_own", "ends", "until", ANSWER_KNOWN)


@dataclass(frozen=True)
class Explanation:
    """One value of a feature, and what it is made of.

    Attributes
    ----------
    value
        None where it is null; `null` says what that means.
    definition
        What the feature is, in words, with its unit.
    facts
        One row per fact of the stream that the formula read, in the order in which they happened: when it
        happened, `known_at`, `counts` (false for a fact that only those after it were compared with), `value`
        (what it gives to the measure; 1 where facts are counted), and what else is stored of it. Without the
        other facts of the customer the value would be the same.
    """

    customer_id: str
    as_of: datetime
    name: str
    value: float | None
    definition: str
    null: str
    facts: pl.DataFrame


@dataclass(frozen=True)
class _Question:
    """What a formula asked for: a measure, with the arguments it was given."""

    measure: str
    what: str | pl.Expr | None
    window: int | None
    where: pl.Expr | None
    nth: int


class _WatchedFacts:
    """Facts that take note of what they are asked for."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.asks: list[_Question] = []

    def __getattr__(self, name: str) -> Any:
        member = getattr(self.facts, name)
        return partial(self._record, member) if inspect.ismethod(member) else member

    def _record(self, measure: Callable[..., Matrix], *given: Any, **named: Any) -> Matrix:
        bound = inspect.signature(measure).bind(*given, **named)
        said = bound.arguments
        ask = _Question(
            measure.__name__, said.get("what"), said.get("window"), said.get("where"), said.get("nth", 1)
        )
        self.asks.append(ask)
        return measure(*given, **named)


def explain_feature(
    lake: Lake, customer_id: str, as_of: Moment, name: str, company: CompanyProfile | None = None
) -> Explanation:
    """Return one value of a feature with the facts behind it, as of a date.

    Parameters
    ----------
    customer_id
        The customer; an id that had turned out to be another's by `as_of` stands for that one.
    as_of
        A day or a time, as a `date`, a `datetime` or text; without a zone it is UTC.
    name
        The feature's column, such as `orders_28d`.
    company
        As for `build`: None for the settings that the lake keeps.

    Raises
    ------
    SettingsError
        If the date lies after the end of the data, nobody has the id, nothing was known of the customer at the
        date, or no feature of that name can be computed.
    """
    as_of = parse_moment(as_of)
    check_dates(lake, [as_of])
    one = cut_to_column(name, read_catalog(lake) if company is None else build_catalog(company))
    company = read_company(lake) if company is None else company
    tables = _read_history(customer_id, lake)
    return explain(tables, customer_id, as_of, one, add_words(lake, company))


def explain(
    tables: Mapping[str, pl.DataFrame], customer_id: str, as_of: datetime, one: Feature, company: CompanyProfile
) -> Explanation:
    """Explain the value of a feature of one column, from the history rows of one customer."""
    name, links = next(iter(one.columns)), tables.get("identities", NO_IDENTITIES)
    home = dict(find_homes(links, [as_of]).select("customer_id", "home").rows()).get(customer_id, customer_id)
    watched: list[_WatchedFacts] = []

    @wraps(one.formula)
    def formula(facts: Facts, *variant: Variant) -> Matrix:
        watched.append(_WatchedFacts(facts))
        return one.formula(cast("Facts", watched[-1]), *variant)  # it answers as facts do

    rows = compute_features(tables, [as_of], [replace(one, formula=formula)], company)
    own = rows.filter(pl.col("customer_id") == home)
    if own.is_empty() or name not in own.columns:
        raise _no_value_error(customer_id, as_of, one, own)
    stream = find_stream(one)
    facts = _collect_facts(watched[0], home, as_of, stream.clock)
    for source in stream.tables[:1]:
        facts = restore_known_at(source, facts, stream.clock, select_as_of(tables[source], NO_IDENTITIES, as_of))
    return Explanation(home, as_of, name, own[name][0], one.definition, one.null, facts)


def cut_to_column(name: str, catalog: Sequence[Feature]) -> Feature:
    """Return the feature that makes a column, cut down to that column."""
    makers = {column: (one, variant) for one in catalog for column, variant in one.columns.items()}
    if name not in makers:
        raise SettingsError(
            place="feature", expected="the name of one", found=f"'{name}'", fix=suggest_name(name, makers)
        )
    one, variant = makers[name]
    if isinstance(variant, int) and one.windows:
        return replace(one, windows=(variant,), reads=(*one.reads, *one.windows))
    return replace(one, variants=() if variant is None else (variant,))


def _read_history(customer_id: str, lake: Lake) -> dict[str, pl.DataFrame]:
    """Return the history of a customer, under every id that is ever found to be theirs."""
    links = lake.identity_history
    roots = dict(find_components(links).select("customer_id", "root").rows())
    own = [one for one, root in roots.items() if root == roots.get(customer_id)] or [customer_id]
    is_theirs = pl.col("customer_id").is_in(own)
    names = [table.name for table in TABLES if lake.has(table.name)]
    tables = {name: lake.history(name, where=is_theirs) for name in names}
    if all(rows.is_empty() for rows in tables.values()):
        raise SettingsError(
            place="customer_id",
            expected="the id of a customer in the lake",
            found=f"'{customer_id}'",
            fix='See lake.read("customers").',
        )
    return {**tables, "identities": links.filter(is_theirs | pl.col("alias").is_in(own))}


def _no_value_error(customer_id: str, as_of: datetime, one: Feature, rows: pl.DataFrame) -> SettingsError:
    if rows.is_empty():
        return SettingsError(
            place=f"customer_id '{customer_id}'",
            expected=f"a customer of whom something was known before {as_of:%Y-%m-%d}",
            found="nothing known then",
            fix="Choose a later date.",
        )
    tables = ", ".join(find_stream(one).tables)
    return SettingsError(
        place=f"feature {one.name}",
        expected=f"{tables} in the lake" + (f" with {', '.join(one.needs)}" if one.needs else ""),
        found="it is off for want of them",
        fix="Load them first, or ask for another feature.",
    )


def _collect_facts(watched: _WatchedFacts, customer_id: str, as_of: datetime, clock: str) -> pl.DataFrame:
    """Return the facts that the measures covered, with what each gives."""
    known = watched.facts.rows_behind(customer_id, as_of).with_row_index("_row")
    values: dict[int, float | None] = {}
    before: set[int] = set()
    for ask in watched.asks:
        counted = _select_counted(known, ask, as_of, clock)
        for row, value in counted.select("_row", "value").iter_rows():
            values.setdefault(row, value)
        if not _stands_alone(counted, ask):
            before |= set(range(max(values, default=0)))
    shown = known.filter(pl.col("_row").is_in(sorted(values.keys() | before)))
    first = [clock, "known_at", "counts", "value"]
    told = shown.with_columns(
        pl.col("_row").is_in(sorted(values)).alias("counts"),
        pl.col("_row").replace_strict(values, default=None, return_dtype=pl.Float64).alias("value"),
    ).sort(clock, "known_at", "_row")
    return told.select(*first, *(name for name in told.columns if name not in {*first, *_PLACED}))


def _select_counted(known: pl.DataFrame, ask: _Question, as_of: datetime, clock: str) -> pl.DataFrame:
    """Return the facts that decide one measure, with the `value` each gives to it."""
    given = known.with_columns(value=_express_value(ask), _met=_express_condition(ask.where))
    covered = given.filter(pl.col("value").is_not_null() & pl.col("_met"))
    if ask.window is not None:
        opened = pl.lit(as_of).cast(known.schema[clock]) - pl.duration(days=ask.window)
        covered = covered.filter(pl.col(clock) >= opened)
    in_order = covered.sort(clock, maintain_order=True)
    if ask.measure == "last":
        return in_order.tail(1)
    if ask.measure == "days_since":
        return in_order.tail(ask.nth)
    if ask.measure in ("first", "days_since_first"):
        return in_order.filter(pl.col(clock) == pl.col(clock).min()).tail(1)
    return covered


def _stands_alone(counted: pl.DataFrame, ask: _Question) -> bool:
    """Say whether the facts give the same to the measure where no other fact stands before them."""
    again = counted.with_columns(_again=_express_value(ask), _still=_express_condition(ask.where))
    return bool(again.select((pl.col("value").eq_missing(pl.col("_again")) & pl.col("_still")).all()).item())


def _express_value(ask: _Question) -> pl.Expr:
    """Express what a fact gives to a measure: null where it is passed over, 1 where facts are counted."""
    if ask.what is None:
        return pl.lit(1.0)
    what = pl.col(ask.what) if isinstance(ask.what, str) else ask.what
    if ask.measure == "distinct":
        return pl.when(what.is_not_null()).then(1.0)
    number = what.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _express_condition(where: pl.Expr | None) -> pl.Expr:
    return pl.lit(value=True) if where is None else where.fill_null(value=False)
