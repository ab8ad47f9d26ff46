"""Removing a customer from pages: the card, row or item that names them is cut out of the source."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from lealtad.base.language import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from lealtad.privacy.search.needles import Needles

# elements that represent one customer; the nearest one around an id is cut out
_PARTS = {"article", "tr", "li", "option", "blockquote", "figure", "dt", "dd", "p"}
_NOT_WITHIN = {"article", "tr"}  # list items within these are facts of the same customer
_QUOTES = {"blockquote"}
_SPOKEN = re.compile(r'<html lang="(\w+)"')
_CONTENT = re.compile(r'<main id="content">')
_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Cutter(HTMLParser):
    """Finds the stretches of a page that name a customer, or quote one."""

    def __init__(self, text: str, needles: Needles, is_quote: Callable[[str], bool]) -> None:
        super().__init__(convert_charrefs=True)
        self._starts = [0]
        for line in text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._needles, self._is_quote = needles, is_quote
        self._open: list[tuple[str, int]] = []
        self._marked: set[int] = set()
        self._said: dict[int, str] = {}
        self.stretches: list[tuple[int, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _EMPTY:
            self._open.append((tag, self._locate()))
        self._read(attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its name
        self._read(attrs)

    def handle_data(self, data: str) -> None:
        if self._needles.contains(data, "id") or self._needles.contains(data.strip(), "id"):
            self._mark()
        for tag, start in self._open[-2:]:
            if tag in _QUOTES and (start not in self._said):
                self._said[start] = data

    def handle_endtag(self, tag: str) -> None:
        for position in range(len(self._open) - 1, -1, -1):
            if self._open[position][0] == tag:
                start = self._open[position][1]
                del self._open[position:]
                end = self._locate() + len(f"</{tag}>")
                quoted = tag in _QUOTES and self._is_quote(self._said.get(start, ""))
                if start in self._marked or quoted:
                    self.stretches.append((start, end))
                return

    def _locate(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def _read(self, attributes: list[tuple[str, str | None]]) -> None:
        if any(self._needles.contains(value or "", name) for name, value in attributes):
            self._mark()

    def _mark(self) -> None:
        around = [(tag, start) for tag, start in self._open if tag in _PARTS]
        cards = [each for each in around if each[0] in _NOT_WITHIN]
        nearest = (cards or around)[-1:]
        self._marked.update(start for _, start in nearest)


def clean_page(
    data: bytes, needles: Needles, is_quote: Callable[[str], bool] = lambda _: False
) -> tuple[bytes, int]:
    """Return a page without the elements that name a customer, with a notice, and the number of these elements.

    Parameters
    ----------
    is_quote
        Returns whether a quotation is theirs, since verbatims have no id on pages.

    Examples
    --------
    >>> from lealtad.privacy.search import Needles
    >>> page = b"<ul><li>C0000491</li><li>C0000537</li></ul>"
    >>> clean_page(page, Needles.from_ids(["C0000491"]))
    (b'<ul><li>C0000537</li></ul>', 1)
    """
    text = data.decode(errors="surrogateescape")
    cutter = _Cutter(text, needles, is_quote)
    cutter.feed(text)
    cutter.close()
    stretches = _keep_outermost(cutter.stretches)
    for start, end in reversed(stretches):
        text = text[:start] + text[end:]
    text = _add_notice(text) if stretches else text
    return text.encode(errors="surrogateescape"), len(stretches)


def _add_notice(text: str) -> str:
    """State on a page, in its language, that it was shortened."""
    spoken = _SPOKEN.search(text)
    language = Language.from_code(spoken[1] if spoken and spoken[1] in LANGUAGES else "en")
    words = escape(language.translate("Shortened later, because customers were erased."))
    notice = f'<p class="soft shortened">{words}</p>'
    return text if notice in text else _CONTENT.sub(lambda tag: tag[0] + notice, text, count=1)


def _keep_outermost(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    outermost: list[tuple[int, int]] = []
    for start, end in sorted(stretches, key=lambda each: (each[0], -each[1])):
        if not outermost or start >= outermost[-1][1]:
            outermost.append((start, end))
    return outermost
