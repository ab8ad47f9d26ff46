"""E-mail addresses, addresses of pages, and user names."""

from __future__ import annotations

import re

from lealtad.base.masking.marks import mark

_AT = r"(?:@|\s+@\s+|\s*[\[({<]\s*(?:at|arroba|@)\s*[\])}>]\s*|\s+(?:arroba)\s+)"
_DOT = r"(?:\.|\s*[\[({<]\s*(?:dot|punto|\.)\s*[\])}>]\s*|\s+(?:punto|dot)\s+)"
_LOCAL = rf"[\w+%'’~-]{{1,64}}(?:{_DOT}[\w+%'’~-]{{1,64}}){{0,6}}"
_EMAIL = re.compile(rf"(?<![\w.+%'’~-])(?:mailto:)?{_LOCAL}{_AT}[\w-]+(?:{_DOT}[\w-]+)*", re.IGNORECASE)
_SPOKEN_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w+%.-]{1,64}(?:\s+dot\s+[\w+%-]{1,64}){0,4}\s+at\s+[\w-]+\s*(?:\.|\s+dot\s+)\s*(?:com|es|net|org|eu|co|io|uk|mx|ar)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"\b(?:https?://|ftp://|www\.)\S*?(?=[.,;:!?)\]]*(?:\s|$))", re.IGNORECASE)
_PROFILE = re.compile(
    r"\b(?:wa\.me|t\.me|(?:facebook|fb|instagram|linkedin|twitter|x|tiktok)\.com)/\S*?(?=[.,;:!?)]*(?:\s|$))",
    re.IGNORECASE,
)
# a link without a scheme: only what leads to one person or session is masked
_BARE_LINK = re.compile(
    r"(?<![\w@./-])(?:[\w-]+\.){1,3}(?:com|es|net|org|eu|co|io|uk|mx|ar|ly|me|gl|app)/[^\s,;]+?(?=[.,;:!?)\]]*(?:\s|$))",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w.])@[\w.]*\w")
_ACCOUNT_NAME = re.compile(
    r"\b(user\s?name|user|login|usuario|contraseña|password|clave|pin)(\s*(?:is|es)?\s*[:=]\s*|\s+(?:is|es)\s+)"
    r"(?!\ue000)[^\s,;]+",
    re.IGNORECASE,
)
_PERSONAL_LINK = re.compile(
    r"[?&#@]|\d{5,}|/(?=\w*\d)(?=\w*[a-z])\w{6,}|/(?:reset|token|invite|session|in|u|user|users|profile|perfil|account|cuenta)/",
    re.IGNORECASE,
)


def mask_online(text: str) -> str:
    """Mask e-mail addresses however they are spelt, user names, passwords, and links to a person."""
    text = _LINK.sub(_mask_link, text)
    text = _BARE_LINK.sub(_mask_link, text)
    text = _PROFILE.sub(mark("user"), text)
    text = _EMAIL.sub(mark("email"), text)
    text = _SPOKEN_EMAIL.sub(mark("email"), text)
    text = _HANDLE.sub(mark("user"), text)
    return _ACCOUNT_NAME.sub(lambda match: match[1] + match[2] + mark("user"), text)


def _mask_link(match: re.Match[str]) -> str:
    return mark("user") if _PERSONAL_LINK.search(match[0]) else match[0]
