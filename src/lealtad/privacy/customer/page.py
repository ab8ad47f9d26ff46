"""The dossier of a customer as one page and as JSON, both private files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lealtad.base.job import move_into_place
from lealtad.base.private_files import make_private_folder
from lealtad.base.web_page import render_page

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.privacy.customer.dossier import Dossier


def write_dossier(dossier: Dossier, folder: Path, language: Language) -> tuple[Path, Path]:
    """Write the page and the JSON; the file names do not identify the customer.

    Returns
    -------
    The paths of page and JSON.
    """
    make_private_folder(folder)
    name = f"customer-{hashlib.sha256(dossier.ids[0].encode()).hexdigest()[:12]}"
    page, plain = folder / f"{name}.html", folder / f"{name}.json"
    with move_into_place(page, plain) as [beside, beside_plain]:
        beside.write_text(render_dossier(dossier, language), encoding="utf-8")
        text = json.dumps(asdict(dossier), default=str, ensure_ascii=False, indent=1)
        beside_plain.write_text(text + "\n", encoding="utf-8")
    return page, plain


def render_dossier(dossier: Dossier, language: Language) -> str:
    """Return the page of a customer."""
    return render_page(
        "lealtad.privacy.customer",
        "customer.html.jinja",
        language,
        dossier=dossier,
        groups=[
            (title, [(name, list(rows[0]), _shorten(rows, language)) for name, rows in tables.items() if rows])
            for title, tables in zip(_name_groups(language), dossier.tables.values(), strict=True)
        ],
        events=_shorten(dossier.desk, language),
        fields=list(dossier.desk[0]) if dossier.desk else [],
    )


def _name_groups(language: Language) -> list[str]:
    _ = language.translate
    return [
        _("What the company's systems report"),
        _("What was computed"),
        _("What was suggested"),
        _("What was done"),
    ]


def _shorten(rows: list[dict[str, Any]], language: Language) -> list[list[str]]:
    return [[_show(value, language) for value in row.values()] for row in rows]


def _show(value: Any, language: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return language.translate("yes") if value else language.translate("no")
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "strftime") else str(value)
