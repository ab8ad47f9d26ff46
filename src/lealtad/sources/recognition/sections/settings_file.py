"""The text of a starter `lealtad.toml`: what is mapped, what is assumed, what a person must say."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lealtad.sources.contract.tables import FLAT, TABLES
from lealtad.sources.recognition.columns.contract_values import list_allowed_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.sections.proposal import Proposal

_BARE = re.compile(r"^[A-Za-z0-9_-]+$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WIDTH = 112
_ASIDE = 34  # the column where a remark after a value starts
_HEAD = """\
# Where the data of the company are. `lealtad init` wrote this file from {looked_at}.
# Lines with # are not read: they ask, or say what was left out. Run `lealtad check`, fix what it reports, then
# load with `lealtad ingest --data {data} --out reports/mine`.

[sources]
{limit}
"""


def render_settings(
    proposals: Sequence[Proposal], unknown: Sequence[tuple[str, str]], *, looked_at: str, data: str
) -> str:
    """Render the text of a starter `lealtad.toml`.

    Parameters
    ----------
    proposals
        The sections, in order.
    unknown
        Files or tables without a section, with the reason.
    looked_at
        What was scanned, for people.
    data
        The value of `--data` that a job needs.

    Returns
    -------
    A valid TOML text. It writes mapped columns as settings, and questions, doubts and omissions as comments.

    Examples
    --------
    >>> import tomllib
    >>> from lealtad.sources.recognition.sections.proposal import Proposal
    >>> from lealtad.sources.recognition.tables.source_tables import Place
    >>> orders = Proposal("orders", Place("orders.csv", {"files": "orders.csv"}), columns={"order_id": "No"})
    >>> text = render_settings([orders], [], looked_at="exports", data=".")
    >>> tomllib.loads(text)["sources"]["orders"]
    {'files': 'orders.csv', 'columns': {'order_id': 'No'}}
    """
    limit = _add_remark("reject_limit = 0.05", "a load stops above this share of rejected rows in a table")
    parts = [_HEAD.format(looked_at=_remove_line_breaks(looked_at), data=_remove_line_breaks(data), limit=limit)]
    often = {
        proposal.table for proposal in proposals if sum(other.table == proposal.table for other in proposals) > 1
    }
    parts += [_write_section(proposal, several=proposal.table in often) for proposal in proposals]
    parts += [_write_remarks([f"{name}: {why}"]) for name, why in unknown]
    parts += [_write_remarks(list_missing_tables(proposals))] if list_missing_tables(proposals) else []
    return "\n".join(parts).rstrip() + "\n"


def list_missing_tables(proposals: Sequence[Proposal]) -> list[str]:
    """List what no section provides: tables that every source needs, and those that would add to it."""
    present = {proposal.table for proposal in proposals}
    present |= {name for name, flat in FLAT.items() for table in flat if table.name in present}
    facts = [table.name for table in TABLES if table.event_time]
    lines = []
    if "customers" not in present:
        lines.append(
            "Missing: customers. Nothing can be loaded without them. Write the section customers, with files "
            "and columns.customer_id: the column that names them."
        )
    if not present & {*facts, "tickets"}:
        lines.append("Missing: a table of facts, such as orders. Nothing can be predicted without one.")
    absent = [
        name for name in facts if name not in present and not (name == "ticket_events" and "tickets" in present)
    ]
    if absent:
        lines.append(f"Nothing was found for {', '.join(absent)}. `lealtad check` says what that costs.")
    return lines


def _write_section(section: Proposal, *, several: bool) -> str:
    name = f"sources.{section.table}"
    lines = [
        _write_remarks([f"{section.place.name} → {section.table}", *section.notes]),
        f"[[{name}]]" if several else f"[{name}]",
        *_write_keys(section),
    ]
    if section.columns or section.asked:
        lines += [f"[{name}.columns]", *(_write_column(section, *pair) for pair in section.columns.items())]
        lines += [
            _add_remark(f"# {column} = {_quote_text(header)}", question)
            for column, (header, question) in section.asked.items()
        ]
    for column, values in section.values.items():
        lines.append(f"[{name}.values.{column}]")
        lines += [_write_value(section.table, column, *pair) for pair in values.items()]
    return "\n".join([*lines, *_write_left_out(section), ""])


def _write_keys(section: Proposal) -> list[str]:
    """Write all keys of a section but its columns and values."""
    place = {key: value for key, value in section.place.keys.items() if not (section.query and key == "table")}
    single = {"nobody": list(section.nobody), "country_code": section.country_code}
    after = {
        **{key: value for key, value in single.items() if value},
        "ids": section.ids,
        "identities": section.identities,
        **section.keys,
    }
    lines = [line for pair in place.items() for line in _write_key(*pair)]
    lines += _write_formats(section)
    lines += [line for pair in after.items() for line in _write_key(*pair)]
    if section.query:
        lines.append(f'query = """\n{_escape_query(section.query)}\n"""')
    for key, value in section.constants.items():
        line = f"constants.{key} = {_quote_text(value)}"
        lines.append(_add_remark(line, _describe_assumption(section, key, value)))
    if section.attributes:
        lines += ["attributes = [", *(f"  {_quote_text(name)}," for name in section.attributes), "]"]
    return lines


def _write_key(key: str, value: object) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{key}.{_quote_key(name)} = {_quote_text(setting)}" for name, setting in value.items()]
    return [f"{key} = {_quote_text(value)}"]


def _write_formats(section: Proposal) -> list[str]:
    """Write the formats of times and numbers."""
    lines = []
    if section.dates == "":
        ask = 'or "month first"? Each of its dates fits both, and none is read until you say'
        lines.append(_add_remark('# dates = "day first"', ask))
    elif section.dates != "iso":
        lines.append(f"dates = {_quote_text(section.dates)}")
    if section.decimal:
        lines.append(f"decimal = {_quote_text(section.decimal)}")
    elif section.decimal_unknown:
        lines.append(_add_remark('# decimal = ","', section.decimal_unknown))
    if section.symbols:
        lines.append(f"symbols = {_quote_text(list(section.symbols))}")
    if section.zone_unknown:
        lines.append(
            _add_remark(
                '# zone = "Europe/Madrid"', "its times state no zone and are read as UTC: state their zone"
            )
        )
    return lines


def _describe_assumption(section: Proposal, column: str, value: str | int) -> str:
    if section.table == "surveys" and column in {"metric", "scale_min", "scale_max", "question"}:
        return "read from the question and its answers"
    if column == "interval":
        return "read from the name of the price"
    others = [other for other in list_allowed_values(section.table, column) if other != value]
    return "assumed; " + (f"or {', '.join(others)}?" if others else "nothing in the table states it")


def _write_column(section: Proposal, column: str, header: str) -> str:
    line = f"{column} = {_quote_text(header)}"
    rivals = [rival for rival in section.rivals.get(column, ()) if rival != header]
    return _add_remark(line, f"or {', '.join(_quote_text(rival) for rival in rivals)}?") if rivals else line


def _write_value(table: str, column: str, header: str, ours: str | None) -> str:
    if ours is None:
        return _add_remark(
            f"# {_quote_text(header)} = ",
            f"which {column}: {', '.join(list_allowed_values(table, column))}? Rejected until you say",
        )
    return f"{_quote_key(header)} = {_quote_text(ours)}"


def _write_left_out(section: Proposal) -> list[str]:
    reasons = dict.fromkeys(section.left_out.values())
    by_reason = {why: [name for name, because in section.left_out.items() if because == why] for why in reasons}
    return [_write_remarks([f"Left out, {why}: {', '.join(names)}"]) for why, names in by_reason.items()]


def _write_remarks(sentences: Sequence[str]) -> str:
    return "\n".join(
        textwrap.fill(
            _remove_line_breaks(sentence),
            _WIDTH,
            initial_indent="# ",
            subsequent_indent="#   ",
            break_on_hyphens=False,
        )
        for sentence in sentences
    )


def _add_remark(line: str, remark: str) -> str:
    return f"{line.ljust(_ASIDE)} # {_remove_line_breaks(remark)}"


def _remove_line_breaks(text: str) -> str:
    """Replace line breaks, which would end a comment."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split(" "))


def _quote_key(name: str) -> str:
    return name if _BARE.match(name) else _quote_text(name)


def _quote_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _escape_query(query: str) -> str:
    """Escape a query for TOML's triple quotes, and keep it readable."""
    plain = query.replace("\\", "\\\\").replace('"""', '""\\"')
    return "".join(char if char == "\n" or not _CONTROL.match(char) else f"\\u{ord(char):04x}" for char in plain)
