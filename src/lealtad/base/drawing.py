"""A Matplotlib figure as SVG in a page, without inline styles, as a strict content security policy requires."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STYLE = re.compile(r' style="([^"]*)"')
_SHEET = re.compile(r"<style[^>]*>.*?</style>", re.DOTALL)
_FONT = re.compile(r"(?P<size>[\d.]+px) (?P<family>.+)")


def render_figure(figure: Figure, salt: str = "lealtad") -> Markup:
    """Render a figure as SVG, reproducibly: without a date, and with fixed ids.

    Parameters
    ----------
    salt
        Keeps the ids of several figures on one page distinct.
    """
    from matplotlib import rc_context

    drawn = io.StringIO()
    with rc_context({"svg.hashsalt": salt, "svg.fonttype": "none"}):
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    text = drawn.getvalue()
    return Markup(move_styles(text[text.index("<svg") :]))  # noqa: S704 - our own drawing


def move_styles(svg: str) -> str:
    """Turn the inline styles of an SVG into attributes, and drop its style sheet.

    Examples
    --------
    >>> move_styles('<path d="M0 0" style="fill: none; stroke: #52606d"/>')
    '<path d="M0 0" fill="none" stroke="#52606d"/>'
    """
    whole = _SHEET.sub("", svg).replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    return _STYLE.sub(lambda found: "".join(map(_write_attribute, found[1].split(";"))), whole)


def _write_attribute(declaration: str) -> str:
    name, _, value = (part.strip() for part in declaration.partition(":"))
    if not name:
        return ""
    if name == "font" and (font := _FONT.search(value)):
        family = font["family"].replace("'", "").replace('"', "").replace("&quot;", "")
        return f' font-size="{font["size"]}" font-family="{family}"'
    return f' {name}="{value}"'
