"""Masking of a text: what is searched, in which order, and the placeholders."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from lealtad.base.masking.addresses import mask_addresses
from lealtad.base.masking.digits import mask_digits
from lealtad.base.masking.marks import mark, read_marks
from lealtad.base.masking.names import mask_names
from lealtad.base.masking.online import mask_online

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = {
    "name": {"en": "[name]", "es": "[nombre]"},
    "phone": {"en": "[phone]", "es": "[teléfono]"},
    "email": {"en": "[e-mail]", "es": "[correo]"},
    "user": {"en": "[user]", "es": "[usuario]"},
    "account": {"en": "[account]", "es": "[cuenta]"},
    "card": {"en": "[card]", "es": "[tarjeta]"},
    "id": {"en": "[id]", "es": "[identificador]"},
    "address": {"en": "[address]", "es": "[dirección]"},
    "birth": {"en": "[date of birth]", "es": "[fecha de nacimiento]"},
}
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x2066, 0x2067, 0x2068, 0x2069])
_HYPHENS = dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2212], "-")
_LEAST_KNOWN = 3  # letters: a shorter name or id would be found inside ordinary words


def mask_personal_data(text: str, language: str = "en", known: Iterable[str | None] = ()) -> str:
    """Replace what identifies a person in a text by placeholders.

    Both languages are searched, whatever the language of the placeholders. When in doubt, text is masked: losing a
    word does no harm, showing a name does.

    Parameters
    ----------
    text
        A comment, a subject line, a note.
    language
        The code of the language of the placeholders.
    known
        Known data of the customer, such as the name, the phone and the id; masked wherever they appear.

    Returns
    -------
    The text with placeholders. Names are masked after greetings and titles, in signatures, and wherever a common
    name occurs. Phones, e-mail addresses, user names, bank accounts, cards, ids, postal addresses and dates of
    birth are masked. Amounts, dates and times stay. Masking a masked text changes nothing.

    Examples
    --------
    >>> mask_personal_data("Hi Laura, call me at 612 345 678. Regards, Ana Ruiz")
    'Hi [name], call me at [phone]. Regards, [name]'
    >>> mask_personal_data("Hola Marta: pagué 45,90 € el 3/5/2026 con la 4111 1111 1111 1111", "es")
    'Hola [nombre]: pagué 45,90 € el 3/5/2026 con la [tarjeta]'
    """
    plain = unicodedata.normalize("NFC", text).translate(_INVISIBLE).translate(_HYPHENS)
    plain = "".join(_write_plain_digit(letter) for letter in plain)
    plain = _protect_placeholders(plain)
    plain = _mask_known(plain, known)
    for mask in (mask_online, mask_addresses, mask_digits, mask_names):
        plain = mask(plain)
    return read_marks(plain, {kind: words.get(language, words["en"]) for kind, words in KINDS.items()})


def _write_plain_digit(letter: str) -> str:
    """Write a digit of any script, or a full-width letter of an address, as ASCII."""
    if letter.isascii():
        return letter
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.digit(letter))
    if "\uff01" <= letter <= "\uff5e":
        return chr(ord(letter) - 0xFEE0)
    return " " if letter in "\u00a0\u2007\u2009\u202f" else letter


@cache
def _compile_placeholders() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {placeholder: kind for kind, words in KINDS.items() for placeholder in words.values()}
    return re.compile("|".join(map(re.escape, kinds))), kinds


def _protect_placeholders(text: str) -> str:
    pattern, kinds = _compile_placeholders()
    return pattern.sub(lambda match: mark(kinds[match[0]]), text)


def _mask_known(text: str, known: Iterable[str | None]) -> str:
    for value in sorted({value.strip() for value in known if value}, key=len, reverse=True):
        digits = re.sub(r"\D", "", value)
        if "@" in value:
            text = re.sub(re.escape(value), mark("email"), text, flags=re.IGNORECASE)
        elif len(digits) * 2 > len(value) and len(digits) > _LEAST_KNOWN:
            loose = r"[\s.()/-]*".join(digits)
            text = re.sub(rf"(?<!\w)\+?(?:\d{{2}}\s?)?{loose}(?!\w)", mark("phone"), text)
        else:
            is_name = not digits
            for part in [value, *value.split()] if is_name else [value]:
                if len(part) >= _LEAST_KNOWN:
                    kind = mark("name" if is_name else "id")
                    text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", kind, text, flags=re.IGNORECASE)
    return text
