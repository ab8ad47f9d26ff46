"""One page as text that needs no other file: all data escaped, every name known, sentences in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from lealtad.base.language import Language


def render_page(room: str, template: str, language: Language, **parts: object) -> str:
    """Fill a room's template; `_` translates in it and `language` writes numbers and dates."""
    page = Environment(
        loader=PackageLoader(room, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.globals["_"] = language.translate
    return page.get_template(template).render(language=language, **parts)
