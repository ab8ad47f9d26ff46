"""`lealtad check`: are a company's data usable and sufficient? Writes nothing."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from lealtad.base import job
from lealtad.base.errors import ExitCode
from lealtad.base.language import Language
from lealtad.checks.sufficiency import DataEvidence, build_report
from lealtad.checks.sufficiency.text import TextLayout, render_json, render_text
from lealtad.company.model_definition import ModelDefinition, find_churn_definition
from lealtad.company.settings_in_force import read_source_settings, require_source_permission
from lealtad.jobs.options import MODEL, OUT, LoadedAt, Model, Out, Speech
from lealtad.lake.loading import load, parse_load_time
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources import open_source
from lealtad.sources.configuration import FILE_NAME
from lealtad.sources.contract import STORED, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lealtad.lake import Lake

_WIDEST = 110
_MOST_ROWS = 10_000_000  # kept in memory
_ALL = 1.0  # rejected rows do not stop a check; the report states what would stop a load


def check(  # noqa: PLR0913 - an option each
    source: Annotated[
        str, typer.Argument(help="A lealtad.toml, a folder, or the name of a public dataset.")
    ] = FILE_NAME,
    *,
    model: Model = MODEL,
    language: Speech = "en",
    loaded_at: LoadedAt = "",
    out: Out = OUT,
    as_data: Annotated[bool, typer.Option("--json", help="Print the report as JSON, for programs.")] = False,
) -> None:
    """Check whether a company's data are usable, and enough.

    Nothing is written; --out names the run that keeps the permission for a database elsewhere. Exit code 0: enough
    to predict churn, and no error. Exit code 1: not enough, or errors that stop a load or a model. Exit code 2:
    the data cannot be read.
    """
    words = Language.from_code(language)
    if model.name:
        ModelDefinition.read(model)  # an impossible definition fails before a long load
    now = parse_load_time(loaded_at)
    require_source_permission(out, source)
    evidence = _load_evidence(source, now)
    chosen = str(model) if model.name else find_churn_definition(evidence.tables)
    definition = ModelDefinition.read(chosen)
    report = build_report(evidence, definition)
    if as_data:
        job.show(render_json(report, words, source, now))
    else:
        width = min(shutil.get_terminal_size((100, 24)).columns, _WIDEST)
        title = words.translate("{source}, judged by {model}", source=source, model=chosen)
        job.show(render_text(report, TextLayout(words, width, coloured=sys.stdout.isatty()), title))
    raise typer.Exit(ExitCode.DONE if report.churn.usable and not report.errors else ExitCode.NO)


def _load_evidence(source: str, now: datetime) -> DataEvidence:
    """Load a source into a temporary lake, and return what happened to its rows."""
    opened = open_source(source)
    with tempfile.TemporaryDirectory(prefix="lealtad-check-") as folder:
        loaded = load(Path(folder) / "lake", opened, loaded_at=now, reject_limit=_ALL, say=_make_progress())
        lake, counts = loaded.lake, loaded.counts
        buckets = choose_buckets(lake.buckets, sum(count.valid for count in counts.values()))
        return DataEvidence(
            {table.name: _read_rows(lake, table.name, buckets) for table in STORED if lake.has(table.name)},
            loaded.rejected,
            {name: count.rows_in for name, count in counts.items()},
            now,
            {name: count.repeated for name, count in counts.items()},
            opened.reject_limit,
            len(buckets) / len(lake.buckets),
            read_source_settings(source).settings,
            loaded.left_out,
            find_end_of_data(lake) if any(lake.has(table.name) for table in TABLES if table.event_time) else None,
        )


def choose_buckets(buckets: range, rows: int) -> range:
    """Return the buckets to check: all, or for a large company as many as fit in memory. Customers stay whole.

    Examples
    --------
    >>> choose_buckets(range(64), 5_000_000), choose_buckets(range(64), 100_000_000)
    (range(0, 64), range(0, 6))
    """
    return buckets[: max(1, len(buckets) * _MOST_ROWS // max(rows, _MOST_ROWS))]


def _read_rows(lake: Lake, name: str, buckets: range) -> pl.DataFrame:
    if len(buckets) == len(lake.buckets) or not lake.is_bucketed(name):
        return lake.read(name)
    return pl.concat([lake.read(name, bucket) for bucket in buckets], how="diagonal_relaxed")


def _make_progress() -> Callable[[str], None]:
    """Return a function that shows the progress of a long load."""
    return (lambda line: job.show(line, sys.stderr)) if sys.stderr.isatty() else (lambda _: None)
