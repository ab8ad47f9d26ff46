"""Hooks of `make docs`: expand `folder/*`, list the decisions, rewrite links that leave docs/."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any


def on_config(config: Any) -> Any:
    """Put every page of a folder in the place of `folder/*`, its index first."""
    config.nav = [expand_entry(entry, Path(config.docs_dir)) for entry in config.nav]
    return config


def expand_entry(entry: Any, docs: Path) -> Any:
    """Return an entry of the navigation with `folder/*` replaced by pages."""
    if isinstance(entry, dict):
        return {title: expand_entry(value, docs) for title, value in entry.items()}
    if isinstance(entry, list):
        return [expand_entry(value, docs) for value in entry]
    if not entry.endswith("/*"):
        return entry
    pages = sorted((docs / entry[:-2]).glob("*.md"), key=lambda page: (page.name != "index.md", page.name))
    return [f"{entry[:-1]}{page.name}" for page in pages]


def list_decisions(folder: Path) -> list[str]:
    """Return a line per decision, with its number, title and link."""
    pages = sorted(folder.glob("[0-9]*.md"))
    titles = [re.sub(r"^# (\d+\. )?", "", page.read_text(encoding="utf-8").partition("\n")[0]) for page in pages]
    return [f"- {int(page.name[:4])}: [{title}]({page.name})" for page, title in zip(pages, titles, strict=True)]


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """List the decisions on their index; turn links to files outside docs/, such as the code, into their names."""
    depth = page.file.src_uri.count("/")
    if page.file.src_uri == "decisions/index.md":
        markdown += "\n" + "\n".join(list_decisions(Path(page.file.abs_src_path).parent))
    return re.sub(rf"\[([^\]]+)\]\((?:\.\./){{{depth + 1}}}[^)]+\)", r"\1", markdown)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Load the search helper from the site itself, not from another server, for pages opened from disk."""
    del config
    return output.replace(
        "https://unpkg.com/iframe-worker/shim", "../" * page.url.count("/") + "assets/file_worker.js"
    )


def on_post_template(output: str, template_name: str, config: Any) -> str:
    """Do the same for the 404 page."""
    del template_name, config
    return output.replace("https://unpkg.com/iframe-worker/shim", "assets/file_worker.js")
