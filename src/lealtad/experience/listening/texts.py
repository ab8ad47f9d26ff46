"""Cleaning of comments: mail markup, quoted threads and excess length are removed."""

from __future__ import annotations

import html
import re
import tomllib
import unicodedata
from importlib.resources import files

from lealtad.experience.listening.encodings import drop_unseen, repair_encoding

MOST_CHARACTERS = 10_000  # longer comments are cut
_BLOCK = re.compile(r"(?i)<(?:(script|style|head)\b|!--)")
_BLOCK_ENDS = {
    name: re.compile(rf"(?i)</{name}\s*>" if name else "-->") for name in ("script", "style", "head", None)
}
_BREAKS = re.compile(r"(?i)<\s*(?:br|/p|/div|/li|/tr|/h[1-6])\b[^>]*>")
_TAGS = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_THREAD = re.compile(
    r"(?im)^[ \t]*(?:"
    r"-{2,}\s*(?:original message|mensaje original|forwarded message|mensaje reenviado)\s*-{2,}"
    r"|(?:on|el)\s.{4,120}\s.{0,120}(?:wrote|escribi[oó])\s*:\s*$"
    r"|_{10,}\s*$"
    r"|(?:from|de)\s*:\s.{1,200}\n\s*(?:sent|date|to|enviado|fecha|para)\s*:)"
)
_SENT_FROM = re.compile(
    r"(?im)^(?:sent from my|enviado desde (?:mi|el)|(?:get|obtener|descarga) outlook (?:for|para))\b.{0,60}$"
)
_WIDE = re.compile(r"[^\S\n]+")  # runs of blanks of any script
_BLANK = re.compile(r" ?\n\s*")
_LONG = re.compile(r"(\w)\1{3,}")
_ENDS = re.compile(r"(?<=[.!?…])[\"'»”)]*\s+|\n+|(?<=\S)\s*;\s+")
_TURNS = re.compile(r"(?i)[,.]?\s+(?=(?:but|however|although|though|pero|sin embargo|aunque|en cambio)\b)")
_WORD = re.compile(r"[^\W_]")
_MARKS_ALONE = re.compile(r"[\s.,;_/*'\"`~+=…–—-]*")
_NOT_A_LETTER = re.compile(r"[\W_]+")
_LONGEST_BLANK = 32
_STORED = files("lealtad.experience.listening").joinpath("function_words.toml").read_text("utf-8")


def clean_comment(text: str | None) -> str:
    r"""Return a comment as plain text; empty if nothing was written.

    HTML is converted to text, and a wrong encoding is repaired. Quoted threads are removed, since they are not the
    customer's words. So is everything beyond 10,000 characters. Placeholders such as *n/a* count as empty.

    Examples
    --------
    >>> clean_comment("<p>Muy&nbsp;lento</p>\n> Hola, le escribimos por su pedido")
    'Muy lento'
    >>> clean_comment("n/a"), clean_comment("Ninguno.")
    ('', '')
    >>> clean_comment("Thanks\nOn Mon, 5 Jan 2026 at 10:00, Support wrote:\nDear customer")
    'Thanks'
    """
    if not text:
        return ""
    plain = _drop_blocks(text) if "<" in text else text
    plain = _read_markup(repair_encoding(plain[: 4 * MOST_CHARACTERS]))
    plain = _BLANK.sub("\n", _WIDE.sub(" ", drop_unseen(plain)))
    if thread := _THREAD.search(plain):
        # a text that consists only of a thread was written by the customer
        plain = plain[: thread.start()] if plain[: thread.start()].strip() else plain
    if ">" in plain:
        plain = _QUOTED.sub("", plain)
    plain = _SENT_FROM.sub("", plain)
    plain = _BLANK.sub("\n", _WIDE.sub(" ", unicodedata.normalize("NFC", plain)))
    plain = _LONG.sub(r"\1\1\1", plain).strip()[:MOST_CHARACTERS]
    return "" if _fills_only(plain) else plain


def _drop_blocks(text: str) -> str:
    """Remove parts that a browser does not show, before the text is cut: the head of a mail may be long."""
    parts, done, unclosed = list[str](), 0, set[str | None]()
    for start in _BLOCK.finditer(text):
        name = start[1] and start[1].lower()
        if start.start() < done or name in unclosed:
            continue
        if end := _BLOCK_ENDS[name].search(text, start.end()):
            parts.append(text[done : start.start()])
            done = end.end()
        else:
            unclosed.add(name)
    return " ".join([*parts, text[done:]])


def _read_markup(text: str) -> str:
    """Return the text of HTML, even if its tags are escaped as `&lt;`."""
    for _ in range(2):
        if "<" in text:
            text = _TAGS.sub(" ", _BREAKS.sub("\n", text))
        if "&" not in text:
            break
        text = html.unescape(text)
    return text


def _fills_only(text: str) -> bool:
    """Return whether a text only fills a required field: only punctuation, or a word such as *none*."""
    if len(text) > _LONGEST_BLANK:
        return False
    return bool(_MARKS_ALONE.fullmatch(text)) or _NOT_A_LETTER.sub("", fold_text(text)) in _BLANKS


def split_sentences(text: str) -> list[str]:
    """Split a clean comment into sentences; a *but* begins a new one.

    Examples
    --------
    >>> split_sentences("Muy amables, pero tardaron mucho. ¡Gracias!")
    ['Muy amables', 'pero tardaron mucho.', '¡Gracias!']
    """
    parts = (part.strip() for sentence in _ENDS.split(text) for part in _TURNS.split(sentence))
    return [part for part in parts if part]


def has_words(text: str) -> bool:
    """Return whether a text contains a letter or a digit; emoji are not words.

    Examples
    --------
    >>> has_words("👍👍"), has_words("ok")
    (False, True)
    """
    return bool(_WORD.search(text))


def fold_text(text: str) -> str:
    """Return a text in lower case without accents, except ñ, the form that patterns and lexicon match.

    Examples
    --------
    >>> fold_text("¡Facturación Rápida, señor!")
    '¡facturacion rapida, señor!'
    """
    return text.casefold().translate(_UNACCENTED)


_UNACCENTED = str.maketrans("áàâäéèêëíìîïóòôöúùûü’", "aaaaeeeeiiiioooouuuu'")
# without punctuation and spaces, so that n/a and N. A. are equal; texts of only emoji are kept
_BLANKS = frozenset(_NOT_A_LETTER.sub("", fold_text(each)) for each in tomllib.loads(_STORED)["blanks"])
