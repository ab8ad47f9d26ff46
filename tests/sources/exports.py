"""Tiny exports in the shapes of real tools, proposed and loaded as `init` and `ingest` do."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import count as count_from
from typing import TYPE_CHECKING

from lealtad.lake.loading import load
from lealtad.sources import open_source
from lealtad.sources.contract import TABLES
from lealtad.sources.recognition import propose_sections, render_settings, scan_folder

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

DRAWS = random.Random(18)  # noqa: S311 - draws for tests
LAKES = count_from()
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def when():
    return datetime(2023, 1, 1) + timedelta(minutes=DRAWS.randrange(700 * 1440))  # noqa: DTZ001 - of no zone


def write(folder: Path, **files):
    """Write files: text in UTF-8, or a pair of text and encoding, or bytes; `orders_csv` is called orders.csv."""
    for name, content in files.items():
        path = folder / ".".join(name.rsplit("_", 1))
        text, encoding = content if isinstance(content, tuple) else (content, "utf-8")
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return folder


def lines(header, row, count=40, separator=";"):
    """Return a header and rows, each made of its number; their dates depend on the header, not on tests before."""
    DRAWS.seed(header)
    return "\n".join([header, *(separator.join(map(str, row(number))) for number in range(count))]) + "\n"


def orders(amounts=("12,50",), date="%d/%m/%Y %H:%M", customer=lambda i: f"C{i % 29:04}", separator=";", count=40):
    header = separator.join(("Nº pedido", "Código cliente", "Fecha pedido", "Importe"))
    write_date = date if callable(date) else lambda at: at.strftime(date)
    row = lambda i: (f"P{i:05}", customer(i), write_date(when()), amounts[i % len(amounts)])  # noqa: E731
    return lines(header, row, count, separator)


def answers(question, scores, count=40):
    return lines(
        f"response_id,customer_id,date,{question}",
        lambda i: (f"R{i}", f"C{i % 25}", f"{when():%Y-%m-%d %H:%M:%S}", scores[i % len(scores)]),
        count,
        ",",
    )


def proposed(folder: Path) -> str:
    """Write the settings that `init` proposes, and return their text."""
    looked = scan_folder(folder)
    text = render_settings(propose_sections(looked.tables), looked.unknown, looked_at="it", data="it")
    (folder / "lealtad.toml").write_text(text, "utf-8")
    return text


def loaded(folder: Path) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Load a folder into a lake of its own; return the rows of each table, and those that were rejected."""
    at = folder.with_name(f"{folder.name}-lake-{next(LAKES)}")
    done = load(at, open_source(str(folder)), loaded_at=NOW, reject_limit=1.0)
    return {table.name: done.lake.read(table.name) for table in TABLES if done.lake.has(table.name)}, done.rejected


def proposed_and_loaded(folder: Path) -> tuple[str, dict[str, pl.DataFrame]]:
    """Propose settings and read by them; every row must be right."""
    text = proposed(folder)
    tables, rejected = loaded(folder)
    assert rejected.is_empty(), text
    return text, tables
