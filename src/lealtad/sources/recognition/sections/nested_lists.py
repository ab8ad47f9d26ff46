"""Lists within the rows of a JSON document, such as the orders of each customer: only the first item is opened."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.names import read_ideas
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_IN_A_LIST = re.compile(r"^(.+?)\[0\]\.(.+)$")
_TABLES = {"order": "orders", "ticket": "tickets", "subscription": "contracts", "survey": "surveys"}
FIRST_OF_SEVERAL = "the first of a list"


def leave_out_lists(section: Proposal, table: SourceTable) -> Proposal:
    """Leave out what describes the first item of a list, and ask for lists of facts as tables of their own."""
    listed = [content.name for content in table.contents if _IN_A_LIST.match(content.name)]
    if not listed:
        return section
    lists: dict[str, list[str]] = {}
    for name in listed:
        if match := _IN_A_LIST.match(name):
            lists.setdefault(match[1], []).append(match[2])
    questions = [
        question for name, fields in lists.items() if (question := _ask_for_table(section, table, name, fields))
    ]
    return replace(
        section,
        attributes=tuple(name for name in section.attributes if name not in listed),
        columns={ours: name for ours, name in section.columns.items() if name not in listed},
        rivals={
            ours: tuple(name for name in names if name not in listed) for ours, names in section.rivals.items()
        },
        left_out={**section.left_out, **dict.fromkeys(listed, FIRST_OF_SEVERAL)},
    ).add_notes(*questions)


def _write_path(field: str) -> str:
    """Write the JSON path of a field within an item; each part of it is quoted, as it may have blanks."""
    parts = (f'"{part}"' for part in field.replace("'", "''").split("."))
    return f"'$.{'.'.join(parts)}'"


def _ask_for_table(section: Proposal, table: SourceTable, name: str, fields: list[str]) -> str:
    """Ask for the facts of a list, with the query that makes a row of each; empty for lists of other things."""
    facts = next((_TABLES[idea] for idea in read_ideas(name.rpartition(".")[2]) if idea in _TABLES), None)
    customer = section.columns.get("customer_id")
    if facts is None or customer not in table.headers or name not in table.headers:
        return ""
    own = [field for field in fields if "[" not in field and field.lower() != "customer_id"]
    if not own:
        return ""
    items = ", ".join(f"item->>{_write_path(field)} as {quote_name(field)}" for field in own)
    query = (
        f"select customer_id, {items} from (select {quote_name(str(customer))} as customer_id, "  # noqa: S608
        f"unnest(cast({quote_name(name)} as json[])) as item from rows)"
    )
    return (
        f'Each row has a list, "{name}", that is not read: its items seem to be {facts}. To load them, write '
        f'[sources.{facts}] with the same files, query = """{query}""", and map its columns.'
    )
