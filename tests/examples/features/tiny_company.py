"""Small tables by hand: each row what it says, known when it happened unless said."""

import polars as pl

from lealtad.examples.features import CATALOG, compute_features
from lealtad.sources.contract import get_table
from tests.companies import INSTANT, at

_IDS = ("touchpoint_id", "survey_id", "ticket_id", "subscription_id", "order_id", "campaign_id")


def table(name, *rows):
    """Rows of a table as dictionaries; times in days, `known` beside them where it is later."""
    contract = get_table(name)
    made = []
    for number, row in enumerate(rows):
        clocks = {key: at(24 * day) for key, day in row.items() if _is_clock(contract, key)}
        known = at(24 * row.get("known", row.get(contract.event_time)))
        own = {column: f"{name}{number}" for column in contract.key if column not in row and column in _IDS}
        cells = {key: value for key, value in row.items() if key != "known"}
        made.append({"customer_id": "a", **own, **cells, **clocks, "known_at": known})
    kinds = {column.name: column.kind.dtype for column in contract.columns}
    schema = {key: kinds.get(key, INSTANT) for row in made for key in row}
    return pl.DataFrame(made, schema=schema)


def compute_values(tables, days, *columns):
    """One list per column: its values at the days, of the only customer."""
    wanted = [one for one in CATALOG if set(one.columns) & set(columns)]
    built = compute_features(tables, [at(24 * day) for day in days], wanted)
    assert built["customer_id"].unique().to_list() == ["a"]
    return [built[column].to_list() for column in columns]


def _is_clock(contract, name):
    column = contract.column(name)
    return column is not None and column.kind.dtype == INSTANT
