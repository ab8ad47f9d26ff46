"""Rendering of self-contained pages: data escaped, undefined names refused, sentences in one language."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from lealtad.base.visible_text import reveal

if TYPE_CHECKING:
    from lealtad.base.language import Language

_SHARED, _FOLDER, _ENDING = "lealtad.base", "pages", ".html.jinja"


def _reveal(value: object) -> object:
    """Escape control and direction characters of the data, but not of existing markup."""
    return reveal(value) if type(value) is str else value


def render_page(room: str, template: str, language: Language, **parts: object) -> str:
    """Render a template; in it `_` translates, and `language` formats numbers and dates.

    A template extends `shared/layout.html.jinja`. The page contains the shared style, and the style and script
    next to its template, if they exist: `journey.html.jinja` has `journey.css` and `journey.js`.
    """
    shared = PrefixLoader({"shared": PackageLoader(_SHARED, _FOLDER)})
    page = Environment(
        loader=ChoiceLoader([shared, PackageLoader(room, ".")]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_reveal,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    name = template.removesuffix(_ENDING)
    page.globals["_"] = language.translate
    page.globals["style"] = Markup(read_style(room, name))  # noqa: S704 - our own file
    page.globals["script"] = Markup(_read_beside(room, f"{name}.js"))  # noqa: S704 - our own file
    return page.get_template(template).render(language=language, **parts)


def read_style(room: str, name: str) -> str:
    """Return the style of a page: the shared one, then the one next to its template.

    Examples
    --------
    >>> read_style("lealtad.base", "no_page").startswith("/* One look")
    True
    """
    return (files(_SHARED) / _FOLDER / "page.css").read_text("utf-8") + _read_beside(room, f"{name}.css")


def _read_beside(room: str, name: str) -> str:
    path = files(room) / name
    return path.read_text("utf-8") if path.is_file() else ""
