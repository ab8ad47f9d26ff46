"""Everything a run stores about a customer: facts, scores, suggestions, actions, and who viewed them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.desk import run as desk
from lealtad.lake.entries import WHOLE
from lealtad.lake.erasing.objections import read_objections
from lealtad.lake.erasing.people import find_people

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.lake import Lake

# tables by group; all other tables of the lake are facts
GROUPS = {
    "computed": ("features", "scores", "promoters"),
    "suggested": ("lists", "recommendations", "experiments"),
    "done": ("interventions", "overrides", "withdrawals", "objections"),
}
_ARMS = {"arm", "is_control", "explored"}
_DRAWN = {"experiments"}  # tables whose rows reveal a random draw
_TREATED = "treated"


@dataclass(frozen=True)
class Dossier:
    """Everything stored about one customer.

    Attributes
    ----------
    ids
        All ids of the person.
    objects
        Whether the customer objected to profiling, and is not scored.
    tables
        By group (`held, computed, suggested, done`) and table, the rows, all versions.
    desk
        Events of the desk: actions, and views of the customer by role.
    """

    ids: tuple[str, ...]
    objects: bool
    tables: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    desk: list[dict[str, Any]] = field(default_factory=list)


def gather_dossier(out: Path, lake: Lake, customer_id: str, *, is_administrator: bool = False) -> Dossier:
    """Gather what a run stores about a customer under all their ids.

    Parameters
    ----------
    is_administrator
        Whether to show the arms of experiments and campaigns, and the accounts at the desk. Without them, a
        held-out customer looks like any customer who was not selected.

    Raises
    ------
    SettingsError
        If no table knows the id.
    """
    ids = find_people(lake, [customer_id])
    tables = {
        name: rows
        for name in lake.versions
        if not (rows := _read_rows(lake, name, ids, is_administrator=is_administrator)).is_empty()
    }
    if not tables:
        raise SettingsError(
            place="lealtad customer",
            expected="the id of a customer in the lake",
            found=f"'{customer_id}'",
            fix="Look the id up in the company's systems; an erased customer is in no table.",
        )
    grouped: dict[str, dict[str, list[dict[str, Any]]]] = {"held": {}, **{group: {} for group in GROUPS}}
    for name, rows in tables.items():
        group = next((each for each, names in GROUPS.items() if name in names), "held")
        grouped[group][name] = rows.to_dicts()
    events = desk.list_events(out, ids, with_people=is_administrator) if desk.has_desk(out) else []
    return Dossier(tuple(ids), any(each in set(read_objections(lake)) for each in ids), grouped, events)


def _read_rows(lake: Lake, name: str, ids: list[str], *, is_administrator: bool) -> pl.DataFrame:
    nothing = pl.DataFrame()
    if name == "identities":
        rows = lake.identity_history
        return rows.filter(pl.col("alias").is_in(ids) | pl.col("customer_id").is_in(ids))
    if WHOLE in lake.manifest.tables[name].parts or (name in _DRAWN and not is_administrator):
        return nothing
    bucket = int(lake.bucket_of(pl.Series(ids[:1], dtype=pl.String))[0])
    rows = lake.history(name, bucket, where=pl.col("customer_id").is_in(ids))
    if not is_administrator and "arm" in rows.columns:
        rows = rows.filter(pl.col("arm") == _TREATED)
    hidden = set() if is_administrator else _ARMS
    empty = {column for column in rows.columns if rows[column].null_count() == rows.height}
    return rows.select(column for column in rows.columns if column not in hidden | empty)
