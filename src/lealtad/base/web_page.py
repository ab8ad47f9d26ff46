"""One page as text that needs no other file: all data escaped, every name known, sentences in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from lealtad.base.visible_text import reveal

if TYPE_CHECKING:
    from lealtad.base.language import Language


def _reveal(value: object) -> object:
    """Show the control and direction characters of the data; what is markup already stays."""
    return reveal(value) if type(value) is str else value


def render_page(room: str, template: str, language: Language, **parts: object) -> str:
    """Fill a room's template; `_` translates in it and `language` writes numbers and dates."""
    page = Environment(
        loader=PackageLoader(room, "."),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_reveal,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.globals["_"] = language.translate
    return page.get_template(template).render(language=language, **parts)
