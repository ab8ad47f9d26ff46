"""Verbatims of themes and touchpoints as a table, for pages written later, such as those of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.outputs import check_output
from lealtad.experience.listening.places import PLACE

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.experience.listening.report import ListeningReport

_SHOWN = ("kind", "language", "text")
_ABOUT = "about"


def write_verbatims(report: ListeningReport, path: Path) -> None:
    """Write the masked sentences of each theme and touchpoint, with the id of the customer."""
    parts = (report.verbatims.rename({"theme": _ABOUT}), report.place_verbatims.rename({PLACE: _ABOUT}))
    pl.concat(parts).write_parquet(path)


def read_verbatims(path: Path) -> dict[str, list[dict[str, str | None]]]:
    """Return `kind, language, text` of each sentence by theme, and by place as `stage|channel|touchpoint`.

    Empty before the first `lealtad listen`.

    Examples
    --------
    >>> from pathlib import Path
    >>> read_verbatims(Path("nowhere/verbatims.parquet"))
    {}
    """
    if not path.is_file():
        return {}
    check_output(path)
    rows = pl.read_parquet(path, columns=[_ABOUT, *_SHOWN])
    return {
        str(about): part.select(_SHOWN).to_dicts() for (about,), part in rows.group_by(_ABOUT, maintain_order=True)
    }
