"""What must not change a feature: later knowledge, the order of rows, and how late a late fact is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lealtad.base.sentence import Sentence
from lealtad.base.sentence import mark_for_translation as _
from lealtad.checks.leakage.comparison import ROWS, compare
from lealtad.checks.leakage.findings import LeakCheck, LeakFinding
from lealtad.checks.leakage.lateness import delay, delay_further, withhold
from lealtad.checks.leakage.merges import find_undated, remove_undated
from lealtad.checks.leakage.other_future import change_future
from lealtad.lake.future import is_known_before, remove_future

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import polars as pl

    from lealtad.lake.future import Tables

    Change = Callable[[Tables, datetime], dict[str, pl.DataFrame]]
    Compute = Callable[[Tables, datetime], pl.DataFrame]

_SEED = 7


@dataclass(frozen=True)
class Invariance:
    """Two versions of a company's past that must give the same features.

    Attributes
    ----------
    first, second
        Functions from the history and a date to the tables that are compared.
    touched
        The number of affected rows of the history.
    says, broken, fix
        The requirement; the sentence about a feature that breaks it; and the fix.
    """

    name: str
    first: Change
    second: Change
    touched: Callable[[Tables, datetime], int]
    says: str
    broken: str
    fix: str


def check_invariances(
    tables: Tables, as_of: Sequence[datetime], compute: Compute
) -> tuple[list[LeakCheck], list[LeakFinding]]:
    """Compute features in pairs of ways that must be bit-identical, and report where they are not.

    Parameters
    ----------
    tables
        The history of whole customers.
    as_of
        Dates; each is computed alone.
    compute
        Function that computes the features of tables at one date.
    """
    differ: dict[str, list[pl.DataFrame]] = {invariance.name: [] for invariance in INVARIANCES}
    compared, touched = dict.fromkeys(differ, 0), dict.fromkeys(differ, 0)
    for date in as_of:
        as_it_is = compute(tables, date)
        for each in INVARIANCES:
            rows = each.touched(tables, date)
            if not rows:
                continue
            features = as_it_is if each.first is _keep_as_is else compute(each.first(tables, date), date)
            differ[each.name].append(compare(features, compute(each.second(tables, date), date)))
            compared[each.name] += features.height * (features.width - 2)
            touched[each.name] += rows
    checks = [LeakCheck(each.name, each.says, compared[each.name], touched[each.name]) for each in INVARIANCES]
    findings = [finding for each in INVARIANCES for finding in _list_findings(each, differ[each.name])]
    return checks, findings


def _list_findings(broken: Invariance, differ: list[pl.DataFrame]) -> list[LeakFinding]:
    rows: dict[str, int] = {}
    first: dict[str, str] = {}
    for row in (row for frame in differ for row in frame.to_dicts()):
        name = row["feature"]
        rows[name] = rows.get(name, 0) + row["rows"]
        first.setdefault(name, f"{row['customer_id']} at {row['as_of']:%Y-%m-%d}")
    return [
        LeakFinding(
            "error",
            broken.name,
            name,
            Sentence(
                _("{subject} {breaks}: {count:,} values, first {first}."),
                subject=_describe_subject(name),
                breaks=broken.broken,
                count=count,
                first=first[name],
            ),
            broken.fix,
        )
        for name, count in sorted(rows.items())
    ]


def _describe_subject(name: str) -> str:
    return _("Whether a customer has a row") if name == ROWS else _("It")


def _keep_as_is(tables: Tables, _as_of: datetime) -> dict[str, pl.DataFrame]:
    return dict(tables)


def _shuffle(tables: Tables, _as_of: datetime) -> dict[str, pl.DataFrame]:
    return {name: rows.sample(fraction=1, shuffle=True, seed=_SEED) for name, rows in tables.items()}


def _remove_undated(tables: Tables, _as_of: datetime) -> dict[str, pl.DataFrame]:
    return remove_undated(tables)


def _rows_from(tables: Tables, as_of: datetime) -> int:
    return sum(rows.filter(~is_known_before(rows, as_of)).height for rows in tables.values())


def _rows(tables: Tables, _as_of: datetime) -> int:
    return sum(rows.height for rows in tables.values())


def _select_withheld(tables: Tables, as_of: datetime) -> int:
    return _rows(tables, as_of) - _rows(withhold(tables, as_of), as_of)


def _select_undated(tables: Tables, _as_of: datetime) -> int:
    return find_undated(tables).height


_LOOK_BACK = _(
    "Make the feature read only facts known before its date. An expression over rows must look back only, and "
    "must not use values computed over the whole period."
)
INVARIANCES = (
    Invariance(
        _("future removed"),
        _keep_as_is,
        remove_future,
        _rows_from,
        _("Without everything that became known at the date or later, each feature is the same."),
        _("changes when everything known at the date or later is removed"),
        _LOOK_BACK,
    ),
    Invariance(
        _("future changed"),
        _keep_as_is,
        change_future,
        _rows,
        _(
            "If values, event times, facts, corrections, answers, attributes and merges known at the date or "
            "later change, each feature is the same."
        ),
        _("changes with what becomes known at the date or later"),
        _LOOK_BACK,
    ),
    Invariance(
        _("rows shuffled"),
        _keep_as_is,
        _shuffle,
        _rows,
        _("If the rows of every table are in another order, each feature is the same."),
        _("depends on the order of the rows"),
        _("Sort by what the rows say, or use a measure that does not depend on order."),
    ),
    Invariance(
        _("recording delayed"),
        withhold,
        delay,
        _select_withheld,
        _(
            "If every other known fact is recorded only at the date, each feature is as if these facts did not "
            "exist."
        ),
        _("counts facts that happened before the date and were recorded at it"),
        _("Read what was known (known_at), not only what had happened."),
    ),
    Invariance(
        _("recording delayed further"),
        _keep_as_is,
        delay_further,
        _rows_from,
        _(
            "If everything recorded at the date or later is recorded thirty days later still, each feature is the "
            "same."
        ),
        _("depends on when facts unknown at the date were recorded"),
        _LOOK_BACK,
    ),
    Invariance(
        _("merges dated"),
        _keep_as_is,
        _remove_undated,
        _select_undated,
        _(
            "No merge of two ids is dated before the second id existed; without such merges each feature "
            "is the same."
        ),
        _("rests on merges of ids that cannot have been known then"),
        _("Give each row of identities the date on which the company found out (valid_from)."),
    ),
)
