"""The page at the address of a run: it redirects to the pages that were published last."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from lealtad.lake.object_store.published import Published

INDEX = "index.html"
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8">{refresh}<meta name="viewport" content="width=device-width"><title>lealtad</title>
</head>
<body><h1>Newest pages · <span lang="es">Páginas más recientes</span></h1><ul>
{links}
</ul></body>
</html>
"""
_REFRESH = '<meta http-equiv="refresh" content="0; url={place}">'
_LINK = '<li><a href="{place}">{name}</a></li>'


def write_leading_page(published: Published) -> str:
    """Return the page: it redirects to the first page of the set; without one it lists the existing pages.

    Examples
    --------
    >>> from lealtad.lake.object_store.published import Published, PublishedFile
    >>> files = {"index.html": PublishedFile("sets/000001-ab/index.html", 9, "…")}
    >>> "url=sets/000001-ab/index.html" in write_leading_page(Published(1, "sets/000001-ab", files))
    True
    """
    pages = {path: quote(each.key) for path, each in sorted(published.files.items()) if path.endswith(".html")}
    first = pages.get(INDEX)
    links = [_LINK.format(place=place, name=escape(path)) for path, place in pages.items() if "/" not in path]
    return _PAGE.format(refresh=_REFRESH.format(place=first) if first else "", links="\n".join(links))
