"""Text from data, made safe to display: characters that control a screen or the reading direction are escaped."""

from __future__ import annotations

import re

# control characters except tab and line feed, direction marks, zero-width characters, line separators, tags
UNSEEN = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{061c}\x{180e}\x{200b}\x{200e}\x{200f}\x{2028}-\x{202e}"
    r"\x{2060}-\x{206f}\x{feff}\x{fff9}-\x{fffb}\x{e0000}-\x{e007f}"
)
_SIGN = re.compile("[" + re.sub(r"\\x\{(\w+)\}", lambda code: chr(int(code[1], 16)), UNSEEN) + r"]|\r(?!\n)")
_COLOURS = re.compile(r"(\x1b\[[0-9;]*m)")


def reveal(text: str) -> str:
    r"""Return a text with control and direction characters escaped.

    Tabs and line feeds stay, and so do the joiners that scripts and emoji need.

    Examples
    --------
    >>> reveal("Ana\u202egnp.exe"), reveal("\x1b[2Jgone"), reveal("one\ttwo\nthree")
    ('Ana[U+202E]gnp.exe', '[U+001B][2Jgone', 'one\ttwo\nthree')
    """
    return _SIGN.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", text)


def reveal_all_but_colours(text: str) -> str:
    """Return a text for a terminal, escaped except for the colour codes of a report."""
    parts = _COLOURS.split(text)
    return "".join(part if place % 2 else reveal(part) for place, part in enumerate(parts))
