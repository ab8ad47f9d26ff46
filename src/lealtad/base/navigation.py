"""The links between the pages of a run: each page links to all existing pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import escape

from lealtad.base.job import move_into_place
from lealtad.base.language import Language

if TYPE_CHECKING:
    from pathlib import Path

_PLACE = re.compile(r"<!-- navigation -->.*?<!-- /navigation -->", re.DOTALL)
_SPOKEN = re.compile(r'<html lang="(\w+)">')
_HOME = "index.html"


def link_pages(folder: Path) -> None:
    """Add links to all pages of a folder to each of them, in the language of the page.

    Pages of a past list also link back to the first page of the run.
    """
    names = [name for name in _name_pages(Language.from_code("en")) if (folder / name).is_file()]
    deeper = sorted(str(path.relative_to(folder)) for path in folder.glob("experiments/*/*.html"))
    for name in (*names, *deeper):
        page = folder / name
        text = page.read_text("utf-8")
        spoken = _SPOKEN.search(text)
        language = Language.from_code(spoken[1] if spoken else "en")
        links = _render_links(folder, names, name, language)
        linked = _PLACE.sub(lambda _, links=links: links, text, count=1)  # type: ignore[misc]
        if linked != text:
            with move_into_place(page) as [written]:
                written.write_text(linked, "utf-8")


def _name_pages(language: Language) -> dict[str, str]:
    """Return the pages of a run in the order of the links, with their names."""
    _ = language.translate
    return {
        _HOME: _("Overview"),
        "worklist.html": _("Today's customers"),
        "roi.html": _("What it earned"),
        "monitor.html": _("Promise and delivery"),
        "journey.html": _("The journey map"),
        "drivers.html": _("What drives loyalty"),
        "listening.html": _("What customers say"),
        "kpis.html": _("KPIs of the company"),
        "alerts.html": _("Alerts"),
        "experiments/index.html": _("Experiments"),
        "recommendations.html": _("What to offer"),
        "report.html": _("How reliable it is"),
        "sensitivity.html": _("Definitions of churn"),
        "leakcheck.html": _("Leak check"),
        "glossary.html": _("Glossary"),
    }


def _render_links(folder: Path, names: list[str], here: str, language: Language) -> str:
    titles = _name_pages(language)
    home = folder.parent.parent / _HOME
    up = "../" * here.count("/")
    targets = [(name, titles[name]) for name in names]
    if _HOME not in names and folder.parent.name == "lists" and home.is_file():
        targets.insert(0, (f"../../{_HOME}", titles[_HOME]))
    current = ' aria-current="page"'
    items = [
        f'<li><a href="{up}{name}"{current if name == here else ""}>{escape(title)}</a></li>'
        for name, title in targets
    ]
    label = escape(language.translate("Pages"))
    links = f'<nav class="pages" aria-label="{label}"><ul>{"".join(items)}</ul></nav>'
    return f"<!-- navigation -->{links if len(targets) > 1 else ''}<!-- /navigation -->"
