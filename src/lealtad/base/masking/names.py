"""Names of people: after greetings and titles, in signatures, and common names anywhere."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lealtad.base.masking.marks import NAME_MARK

_WORD = r"[^\W\d_]+(?:[-'’][^\W\d_]+)*"
_PARTICLE = r"(?:de las?|de los?|del|de|la|van der|van|von|da|dos|di|y|i|N[ií])"
_GAP = r"[ \t]+"
_CAPITALISED = rf"(?:[^\W\d_]\.|{_WORD})"
_TOKEN = re.compile(_CAPITALISED)
_NEXT = re.compile(rf"{_GAP}(?:{_PARTICLE}{_GAP})?(?={_WORD}|[^\W\d_]\.)")
_AFTER_LOWER = re.compile(r"\s*(?:[,:;.!?]|-\s|\n|$)")
_AT_END = re.compile(r"\s*[.!]*\s*(?:\n|$)")
_JOINED = re.compile(rf"{NAME_MARK}(?:\s*,\s*{NAME_MARK})*\s*(?:,|\by\b|\be\b|\band\b|&|/)\s*(?={_WORD})")
_SAINT = re.compile(r"\b(?:san|santo|santa|st|calle|plaza|avenida)\.?\s+$", re.IGNORECASE)
_MOST_TOKENS = 4
_MOST_LOWER = 3
_LETTERS_OF_SHOUTING = 12


@dataclass(frozen=True)
class _Words:
    greeting: re.Pattern[str]
    closing: re.Pattern[str]
    thanks: re.Pattern[str]
    title: re.Pattern[str]
    last_title: re.Pattern[str]
    introduction: re.Pattern[str]
    person: re.Pattern[str]
    never: frozenset[str]
    either: frozenset[str]
    names: frozenset[str]


def mask_names(text: str) -> str:
    """Mask the names of people."""
    words = _read_words()
    is_shouted = text.isupper() and sum(map(str.isalpha, text)) > _LETTERS_OF_SHOUTING
    text = _mask_after(text, words.title, words, lower=None, is_shouted=is_shouted)
    text = _mask_after(text, words.introduction, words, lower=_AFTER_LOWER, is_shouted=is_shouted)
    text = _mask_after(text, words.greeting, words, lower=_AFTER_LOWER, is_shouted=is_shouted)
    text = _mask_after(text, words.closing, words, lower=_AT_END, is_shouted=is_shouted)
    for pattern in (words.thanks, words.person):
        text = _mask_after(text, pattern, words, lower=None, is_shouted=is_shouted)
    text = _mask_common(text, words)
    return _mask_joined(text, words, is_shouted=is_shouted)


def _mask_after(
    text: str, before: re.Pattern[str], words: _Words, *, lower: re.Pattern[str] | None, is_shouted: bool
) -> str:
    """Mask the name after each match; `lower` is what must follow a name in lower case."""
    parts, position = list[str](), 0
    for match in before.finditer(text):
        if match.end() <= position:
            continue
        end = _find_end(text, match, words, lower=lower, is_shouted=is_shouted)
        if end:
            parts += [text[position : match.end()], NAME_MARK]
            position = end
    return "".join(parts) + text[position:]


def _find_end(
    text: str, match: re.Match[str], words: _Words, *, lower: re.Pattern[str] | None, is_shouted: bool
) -> int:
    """Return where the name after a match ends; 0 if none follows."""
    start = match.end()
    first = _TOKEN.match(text, start)
    if (
        first
        and first[0].istitle()
        and _normalise(first[0]) in words.either
        and _AFTER_LOWER.match(text, first.end())
    ):
        return first.end()
    end, tokens = _read_tokens(text, start, words, is_capital=not is_shouted)
    is_parted = bool(re.search(r"[,:!.\n-]\s*$", words.last_title.sub("", match[0])))
    if tokens and not is_shouted:
        is_line = bool(_AFTER_LOWER.match(text, end)) and len(tokens) <= _MOST_TOKENS
        return end if not is_parted or is_line or _normalise(tokens[0]) in words.names else 0
    end, tokens = _read_tokens(text, start, words, is_capital=False)
    if not tokens:
        return 0
    if lower is not None and len(tokens) <= _MOST_LOWER and lower.match(text, end):
        return end
    return _read_common(text, start, words)


def _read_common(text: str, start: int, words: _Words) -> int:
    """Return where the common names at a place end; 0 if none is there."""
    end, at = 0, start
    while (token := _TOKEN.match(text, at)) and _normalise(token[0]) in words.names:
        end = token.end()
        step = _NEXT.match(text, end)
        if step is None:
            break
        at = step.end()
    return end


def _read_tokens(text: str, start: int, words: _Words, *, is_capital: bool) -> tuple[int, list[str]]:
    """Return the end and the words of a possible name: capitalised words, or any known first name."""
    end, tokens = start, list[str]()
    at = start
    while len(tokens) < _MOST_TOKENS and (token := _TOKEN.match(text, at)):
        is_written = token[0][0].isupper() or not is_capital
        if not is_written or _normalise(token[0].rstrip(".")) in words.never:
            break
        tokens.append(token[0])
        end = token.end() - (token[0].endswith(".") and len(token[0]) > 2)  # noqa: PLR2004 - an initial
        step = _NEXT.match(text, end)
        if step is None:
            break
        at = step.end()
    return end, tokens


def _mask_common(text: str, words: _Words) -> str:
    """Mask common names in capitals, with the capitalised words that follow."""
    parts, position = list[str](), 0
    for token in _TOKEN.finditer(text):
        word = token[0]
        if token.start() < position or not word[0].isupper() or _normalise(word) not in words.names:
            continue
        if text[token.start() - 1 : token.start()] == "\ue000" or _SAINT.search(text[: token.start()][-12:]):
            continue
        end = _read_common(text, token.start(), words) or token.end()
        if not word.isupper():
            end = max(end, _read_tokens(text, token.start(), words, is_capital=True)[0])
        parts += [text[position : token.start()], NAME_MARK]
        position = end
    return "".join(parts) + text[position:]


def _mask_joined(text: str, words: _Words, *, is_shouted: bool) -> str:
    """Mask the second of two names: "Marta and Xoel"."""
    if is_shouted:
        return text
    parts, position = list[str](), 0
    for match in _JOINED.finditer(text):
        end, tokens = _read_tokens(text, match.end(), words, is_capital=True)
        is_list = not re.search(r",\s*$", match[0])  # after a comma a sentence may go on with a capital
        if tokens and is_list and match.end() >= position:
            parts += [text[position : match.end()], NAME_MARK]
            position = end
    return "".join(parts) + text[position:]


def _normalise(word: str) -> str:
    """Return a word in lower case and without accents, as people type names."""
    bare = unicodedata.normalize("NFD", word.lower().replace("’", "'"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


@cache
def _read_words() -> _Words:
    folder = files("lealtad.base.masking")
    lists = tomllib.loads((folder / "words.toml").read_text(encoding="utf-8"))
    titles = "|".join(lists["title"])
    title = rf"(?:(?:{titles})\s+){{0,2}}"
    greeting = "|".join(lists["greeting"])
    lists["greeting"] = [rf"(?:(?:{greeting})[\s,]+)*(?:{greeting})"]

    def compile_before(kind: str, gap: str, start: str = r"(?<!\w)") -> re.Pattern[str]:
        return re.compile(rf"{start}(?:{'|'.join(lists[kind])}){gap}{title}(?={_WORD})", re.IGNORECASE)

    def read_names(file: str) -> set[str]:
        return {_normalise(name) for name in (folder / file).read_text(encoding="utf-8").split()}

    return _Words(
        greeting=compile_before("greeting", r"(?:\s*[,:!¡-]+\s*|[ \t]+)"),
        closing=compile_before("closing", r"(?:\s*[,:.!-]+\s*|\s+)"),
        thanks=compile_before("thanks", r"(?:\s*,\s*|[ \t]+)"),
        title=re.compile(rf"(?<!\w)(?:(?:{titles})[ \t]+){{1,2}}(?={_WORD})", re.IGNORECASE),
        last_title=re.compile(rf"(?<!\w)(?:{titles})\s+$", re.IGNORECASE),
        introduction=compile_before("introduction", r"\s+"),
        person=compile_before("person", r"[ \t]+"),
        never=frozenset(_normalise(word) for word in lists["never"].split()),
        either=frozenset(lists["either"].split()),
        names=frozenset(read_names("given_names.txt") | read_names("surnames.txt")),
    )
