"""Repair of texts that were decoded wrongly, or contain invisible characters."""

from __future__ import annotations

import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header, make_header

# UTF-8 decoded as one byte per letter. Only sequences for Spanish and English letters, signs and emoji are
# repaired: an É before a closing quote would look like a letter too.
_BYTE_OF = {bytes([byte]).decode("cp1252", "ignore"): byte for byte in range(0x80, 0xA0)}
_LATER = "\u0080-\u00bf" + "".join(re.escape(letter) for letter in _BYTE_OF if letter)
_MISREAD = re.compile(
    rf"(?:\u00c2[\u00a0-\u00bf]|\u00c3[{_LATER}]|[\u00e2\u00ef][{_LATER}]{{2}}|\u00f0[{_LATER}]{{3}})+"
)
_MOST_MISREADINGS = 2  # an export can be decoded wrongly and saved more than once
_QUOTED_BYTES = re.compile(r"(?:=[C-F][0-9A-F](?:=[89AB][0-9A-F]){1,3})+")
_SOFT_BREAK = re.compile(r"=\r?\n")
_ENCODED_WORD = re.compile(r"=\?[\w-]+\?[QqBb]\?[^?\s]*\?=")
_WIDE_LETTERS = re.compile("[\u3000\uff01-\uff5e\U0001d400-\U0001d7ff]+")
_LINE = re.compile("[\u0085\u2028\u2029]")
# control characters, direction marks and zero-width characters
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def repair_encoding(text: str) -> str:
    """Repair UTF-8 that was decoded as another encoding, or is still in a mail's transfer encoding.

    Examples
    --------
    >>> repair_encoding("AtenciÃ³n pÃ©sima"), repair_encoding("Atenci=C3=B3n"), repair_encoding("donâ€™t")
    ('Atención pésima', 'Atención', 'don’t')
    >>> repair_encoding("=?UTF-8?Q?Atenci=C3=B3n?="), repair_encoding("«CAFÉ»")
    ('Atención', '«CAFÉ»')
    """
    if "=" in text:
        text = _ENCODED_WORD.sub(_read_encoded_word, text)
        if _QUOTED_BYTES.search(text):
            text = _QUOTED_BYTES.sub(_read_quoted_bytes, _SOFT_BREAK.sub("", text))
    for _ in range(_MOST_MISREADINGS):
        if text.isascii():
            break
        text = _MISREAD.sub(_read_again, text)
    return text


def drop_unseen(text: str) -> str:
    r"""Remove control characters, direction marks and zero-width characters, and narrow full-width letters.

    Examples
    --------
    >>> drop_unseen("\x00len\u200bto\u202e"), drop_unseen("ＭＡＬＯ"), drop_unseen("a\u2028b")
    ('lento', 'MALO', 'a\nb')
    """
    if not text.isascii():
        text = _LINE.sub("\n", text)
        text = _WIDE_LETTERS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return _UNSEEN.sub("", text)


def _read_again(match: re.Match[str]) -> str:
    try:
        return bytes(_BYTE_OF.get(letter, ord(letter)) for letter in match[0]).decode()
    except UnicodeDecodeError:
        return match[0]


def _read_quoted_bytes(match: re.Match[str]) -> str:
    try:
        return bytes.fromhex(match[0].replace("=", "")).decode()
    except UnicodeDecodeError:
        return match[0]


def _read_encoded_word(match: re.Match[str]) -> str:
    try:
        return str(make_header(decode_header(match[0])))
    except (HeaderParseError, LookupError, UnicodeDecodeError, ValueError):
        return match[0]
