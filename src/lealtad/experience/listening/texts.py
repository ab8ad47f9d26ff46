"""Comments as people write them, made readable: mail markup, quoted threads and excess length are taken out."""

from __future__ import annotations

import html
import re
import unicodedata

MOST_CHARACTERS = 10_000  # a comment beyond this is cut: what it is about has been said by then
_BLOCKS = re.compile(r"(?is)<(script|style|head)\b.*?</\1\s*>|<!--.*?-->")
_BREAKS = re.compile(r"(?i)<\s*(?:br|/p|/div|/li|/tr|/h[1-6])\b[^>]*>")
_TAGS = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_THREAD = re.compile(
    r"(?im)^[ \t]*(?:"
    r"-{2,}\s*(?:original message|mensaje original|forwarded message|mensaje reenviado)\s*-{2,}"
    r"|(?:on|el)\s.{4,120}(?:wrote|escribi[oó])\s*:\s*$"
    r"|_{10,}\s*$"
    r"|(?:from|de)\s*:\s.{1,200}\n\s*(?:sent|date|to|enviado|fecha|para)\s*:)"
)
_WIDE = re.compile(r"[ \t\u00a0]+")
_BLANK = re.compile(r"[ \t\r\f\v]*\n[ \t\r\f\v\n]*")
_LONG = re.compile(r"(\w)\1{3,}")
_ENDS = re.compile(r"(?<=[.!?…])[\"'»”)]*\s+|\n+|(?<=\S)\s*;\s+")
_TURNS = re.compile(r"(?i)[,.]?\s+(?=(?:but|however|although|though|pero|sin embargo|aunque|en cambio)\b)")
_WORD = re.compile(r"[^\W_]")


def clean_comment(text: str | None) -> str:
    r"""Return a comment as plain text; empty if nothing was written.

    HTML is read as text. Quoted threads are left out: they are not what the customer says. So is all beyond
    10,000 characters.

    Examples
    --------
    >>> clean_comment("<p>Muy&nbsp;lento</p>\n> Hola, le escribimos por su pedido")
    'Muy lento'
    >>> clean_comment("Thanks\nOn Mon, 5 Jan 2026 at 10:00, Support wrote:\nDear customer")
    'Thanks'
    """
    if not text:
        return ""
    plain = text[: 4 * MOST_CHARACTERS]
    if "<" in plain:
        plain = _TAGS.sub(" ", _BREAKS.sub("\n", _BLOCKS.sub(" ", plain)))
    if "&" in plain:
        plain = html.unescape(plain)
    plain = _BLANK.sub("\n", _WIDE.sub(" ", plain))
    if thread := _THREAD.search(plain):
        # a thread that is all there is was written by the customer
        plain = plain[: thread.start()] if plain[: thread.start()].strip() else plain
    if ">" in plain:
        plain = _QUOTED.sub("", plain)
    plain = _BLANK.sub("\n", _WIDE.sub(" ", unicodedata.normalize("NFC", plain)))
    return _LONG.sub(r"\1\1\1", plain).strip()[:MOST_CHARACTERS]


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a clean comment; what follows a *but* is one of its own.

    Examples
    --------
    >>> split_sentences("Muy amables, pero tardaron mucho. ¡Gracias!")
    ['Muy amables', 'pero tardaron mucho.', '¡Gracias!']
    """
    parts = (part.strip() for sentence in _ENDS.split(text) for part in _TURNS.split(sentence))
    return [part for part in parts if part]


def has_words(text: str) -> bool:
    """Return whether a text holds a letter or a digit; emoji alone are not words.

    Examples
    --------
    >>> has_words("👍👍"), has_words("ok")
    (False, True)
    """
    return bool(_WORD.search(text))


def fold_text(text: str) -> str:
    """Return a text in small letters without accents, ñ kept, as patterns and the lexicon see it.

    Examples
    --------
    >>> fold_text("¡Facturación Rápida, señor!")
    '¡facturacion rapida, señor!'
    """
    return text.casefold().translate(_UNACCENTED)


_UNACCENTED = str.maketrans("áàâäéèêëíìîïóòôöúùûü’", "aaaaeeeeiiiioooouuuu'")
