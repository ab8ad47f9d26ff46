"""The lists of earlier nights in the lake: one row per list and customer, the holdout included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.features.storage.provenance import mark_unseen
from lealtad.lake import start_draft
from lealtad.lake.timeline import find_end_of_data
from lealtad.worklist.quadrant import rename_former_codes

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake
    from lealtad.lake.draft import Draft

LISTS, PROMISES, ALTERNATIVES, INTERVENTIONS = "lists", "promises", "alternatives", "interventions"
RECOMMENDATIONS = "recommendations"
SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
    "list_id": pl.String,
    "as_of": INSTANT,
    "campaign_id": pl.String,
    "customer_id": pl.String,
    "arm": pl.String,
    "explored": pl.Boolean,
    "rank": pl.Int64,
    "action": pl.String,
    "owner": pl.String,
    "channel": pl.String,
    "probability": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "value_at_stake": pl.Float64,
    "saved": pl.Float64,
    "saved_low": pl.Float64,
    "saved_high": pl.Float64,
    "saved_basis": pl.String,
    "saved_share": pl.Float64,
    "expected_gain": pl.Float64,
    "forgone_gain": pl.Float64,
    "promoter_probability": pl.Float64,
    "promoter_basis": pl.String,
    "quadrant": pl.String,
    "model_version": pl.String,
    "kpi_version": pl.String,
    "playbook_version": pl.String,
}


def read_last_list(lake: Lake, before: datetime) -> pl.DataFrame:
    """Return the stored rows of the newest list before an instant.

    Parameters
    ----------
    before
        Lists of this night or a later one are ignored.

    Returns
    -------
    The columns of `read_list`, one row per customer. No rows if there is no earlier list.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> from lealtad.lake import Lake
    >>> empty = Lake.open_or_new(tempfile.mkdtemp(), facts=1)
    >>> read_last_list(empty, datetime(2026, 1, 31, tzinfo=UTC)).is_empty()
    True
    """
    if not lake.has(LISTS):
        return pl.DataFrame(schema=SCHEMA)
    nights = lake.read(LISTS, columns=["as_of"], where=pl.col("as_of") < before)["as_of"]
    if nights.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    return _read_rows(lake, pl.col("as_of") == nights.max())


def read_list(lake: Lake, as_of: datetime) -> pl.DataFrame:
    """Return the stored rows of the list of a night.

    Parameters
    ----------
    as_of
        The night.

    Returns
    -------
    One row per customer, those held out included: `list_id, as_of, campaign_id, customer_id, arm, rank, action,
    owner, channel`. Then the scores (`probability, low, high, value_at_stake, saved, expected_gain`) and the
    versions of model, KPIs and playbook. No rows if the night has no list.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> from lealtad.lake import Lake
    >>> empty = Lake.open_or_new(tempfile.mkdtemp(), facts=1)
    >>> read_list(empty, datetime(2026, 1, 31, tzinfo=UTC)).height
    0
    """
    if not lake.has(LISTS):
        return pl.DataFrame(schema=SCHEMA)
    return _read_rows(lake, pl.col("as_of") == as_of)


def _read_rows(lake: Lake, where: pl.Expr) -> pl.DataFrame:
    return rename_former_codes(lake.read(LISTS, where=where)).sort("arm", "rank", "customer_id")


def store_list(  # noqa: PLR0913, PLR0917 - what a list leaves
    lake: Lake,
    rows: pl.DataFrame,
    promises: pl.DataFrame,
    as_of: datetime,
    alternatives: pl.DataFrame | None = None,
    recommended: pl.DataFrame | None = None,
) -> Lake:
    """Add a list to the lake, with its promises and assignments, in one commit.

    A list of the same night is replaced. A campaign assigns each customer once, on the first night that lists
    them: to be contacted, or held out. An earlier assignment stays.

    Parameters
    ----------
    rows
        One row per customer, with the columns of `read_list`.
    promises
        The promises of `compute_promises`; no rows store none.
    as_of
        The night.
    alternatives
        The promises of simple rules with the same number of contacts; None stores none.
    recommended
        The list's product recommendations, each of which is an assignment too; None if there are none.

    Returns
    -------
    The lake with the list.

    Raises
    ------
    BusyError
        If another run is writing to the lake.
    """
    with start_draft(lake) as draft:
        _replace_night(draft, LISTS, rows, as_of)
        if not promises.is_empty():
            _replace_night(draft, PROMISES, promises, as_of)
        if alternatives is not None and not alternatives.is_empty():
            _replace_night(draft, ALTERNATIVES, alternatives, as_of)
        assigned = rows
        if recommended is not None and (recommended.height or draft.lake.has(RECOMMENDATIONS)):
            _replace_night(draft, RECOMMENDATIONS, recommended, as_of)
            assigned = pl.concat([rows, recommended], how="diagonal")
        before = draft.lake
        fresh = _select_new_assignments(before, assigned, as_of)
        if not fresh.is_empty():
            draft.append(INTERVENTIONS, fresh)
            if as_of >= find_end_of_data(before):
                # assigned at the end of the data, so that no feature could have known it
                draft.note(INTERVENTIONS, mark_unseen(before, INTERVENTIONS, draft.lake))
    return draft.lake


def _replace_night(draft: Draft, name: str, rows: pl.DataFrame, as_of: datetime) -> None:
    """Replace a night's rows in a table."""
    stored = draft.lake.read(name) if draft.lake.has(name) else rows.clear()
    same = rename_former_codes(stored.filter(pl.col("as_of") == as_of))
    if same.is_empty():
        draft.append(name, rows)
    elif not (
        set(rows.columns) <= set(same.columns)  # otherwise the table is from before these columns existed
        and same.select(rows.columns).sort(rows.columns).equals(rows.sort(rows.columns))
    ):
        draft.replace(name, pl.concat([stored.filter(pl.col("as_of") != as_of), rows], how="diagonal"))


def _select_new_assignments(lake: Lake, rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    assigned = rows.select(
        "customer_id",
        "campaign_id",
        pl.lit(as_of).cast(INSTANT).alias("assigned_at"),
        "arm",
        "action",
        "explored",
        pl.lit(as_of).cast(INSTANT).alias("known_at"),
    )
    if not lake.has(INTERVENTIONS):
        return assigned
    campaigns = assigned["campaign_id"].unique()
    earlier = lake.read(
        INTERVENTIONS,
        columns=["customer_id", "campaign_id"],
        where=pl.col("campaign_id").is_in(campaigns.implode()),
    )
    return assigned.join(earlier, on=["customer_id", "campaign_id"], how="anti", maintain_order="left")
