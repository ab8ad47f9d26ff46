"""Personal data made of digits: accounts, cards, ids and phones. Amounts, dates and times stay."""

from __future__ import annotations

import re

from lealtad.base.masking.marks import mark

_IBAN_START = re.compile(r"(?<![^\W_])(?:[A-Z]{2}\s?|[a-z]{2})\d{2}(?=[\s.-]?[A-Za-z0-9])")
# characters of an IBAN by country; any other country: all groups that hold a digit
_IBAN_LENGTH = {
    country: int(length)
    for country, length in re.findall(
        r"(\w\w)(\d\d)",
        "AD24 AE23 AL28 AT20 BE16 BG22 BR29 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 ES24 FI18 FR27 GB22 GI23 GR27 "
        "GT28 HR21 HU28 IE22 IL23 IS26 IT27 LI21 LT20 LU20 LV21 MA28 MC27 MD24 MK19 MT31 NL18 NO15 PL28 PT25 RO24 "
        "RS22 SA24 SE24 SI19 SK24 SM27 SV28 TR26 UA29",
    )
}
_ALNUM_RUN = re.compile(r"[A-Z0-9](?:[\s.-]?[A-Z0-9])*", re.IGNORECASE)
_NATIONAL_ID = re.compile(
    r"""(?<![\w.])(?:
    (?-i:[XYZKLM])[\s.-]?\d{7}[\s.-]?(?-i:[A-Z]) | [XYZKLM]-?\d{7}-?[A-Z] |       # NIE
    \d{1,2}\.?\d{3}\.?\d{3}\s?-\s?[A-Z] | \d{8}(?:[A-Z]|\s(?-i:[A-Z])) |        # DNI
    \d{2}\.\d{3}\.\d{3}\s?[A-Z] |
    [ABCDEFGHJNPQRSUVW]-?\d{2}\.?\d{3}\.?\d{2}-?[0-9A-J] |                      # company ids
    (?-i:[A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]) |              # UK national insurance
    (?-i:\d{4}\s?[BCDFGHJKLMNPRSTVWXYZ]{3} | [A-Z]{1,2}-\d{4}-[A-Z]{1,2}) |       # Spanish plates
    (?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2} |                                  # devices
    (?=[\d:]{0,40}(?:[a-f]|::))(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{1,4} |                # networks
    \d{3}-\d{2}-\d{4} |                                                        # US social security
    [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}
    )(?!\w)""",
    re.VERBOSE | re.IGNORECASE,
)
_LABELLED_ID = re.compile(
    r"(?<!\w)((?:d\.?n\.?i\.?|n\.?i\.?[ef]\.?|c\.?i\.?f\.?|pasaporte|passport|ssn|"
    r"social security|seguridad social|"
    r"cliente|customer|client|member|socio|contrato|contract|póliza|policy|pedido|order|cuenta|account|ticket|"
    r"incidencia|case|expediente|referencia|reference|ref|matrícula|factura|invoice|id)"
    r"(?:\s*(?:n[úu]mero|num|nr|number|no|n|id|code|código|de|of|es|is)?[.ºo°]?\s*[:#]?\s*){1,4})"
    r"((?=[A-Z0-9/-]*\d[A-Z0-9/-]*\d[A-Z0-9/-]*\d)[A-Z0-9][A-Z0-9/-]*[A-Z0-9])(?![\w]|[.,]\d|\s\d|\s?(?:€|\$|£|%|euros?\b))",
    re.IGNORECASE,
)
_LOOSE_ID = re.compile(
    r"(?<!\w)((?:d\.?n\.?i\.?|n\.?i\.?e\.?)\s*:?\s*)[XYZ]?[\s.-]*\d(?:[\s.-]?\d){6,7}(?:[.-]?[A-Z]|\s*(?-i:[A-Z])|\s[A-Z](?=\s*(?:[.,;)]|$)))?(?!\w)"
    r"|(?<!\w)((?:plate|reg|registration|matr[ií]cula)(?:\s+(?:number|no|es|is))?\s*:?\s*)[A-Z]{2}\d{2}\s?[A-Z]{3}(?!\w)"
    r"|(?<!\w)((?:passport|pasaporte)(?:\s+(?:number|no\.?|n[ºo°]\.?|es|is))?\s*:?\s*)[A-Z]{2}\s\d{6,9}(?!\w)",
    re.IGNORECASE,
)
_CARD_END = re.compile(
    r"(?<!\w)((?:tarjeta|visa|mastercard|amex|card)\W{1,3}(?:que\s+|that\s+|which\s+)?(?:(?:is|con|in)\s+)?"
    r"(?:terminad[ao]|acabad[ao]|termina|acaba|ending|ends|finishing)\s+(?:(?:en|in|with|por|con)\s+)?)\d{3,4}(?!\d)",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"(\ue000phone\ue001\)?)\s*,?\s*(\()?(?:(?:extensi[oó]n|ext|int(?:erno)?)\.?\s*:?\s*|x)\d{1,6}(?!\w)(?(2)\)?)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?<![\w.-])(?=[\w-]{0,40}[A-Z])(?=(?:[^\W\d]|[_-]){0,20}(?:\d(?:[^\W\d]|[_-]){0,20}){5})[A-Z0-9][A-Z0-9_-]{4,}(?!\w)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\w)(?<!\d[.,])\(?(?:(?:\+|00)\s?)?\(?\d(?:[\s().\-/·_]{0,3}\d){5,}(?![\w])")
_SECRET = re.compile(
    r"(?<!\w)((?:cvv|cvc|cvn|pin|cad\.?|caducidad|caduca|exp\.?|expiry|expires)\s*:?\s*)\d{2,4}(?:/\d{2,4})?(?!\w)",
    re.IGNORECASE,
)
_SPELT = (
    "cero|un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci\\w+|"
    "veint[ei]\\w*|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|doble|triple|"
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|double|"
    "(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
)
_SPELT_NUMBER = re.compile(
    rf"(?<!\w)(?:(?:{_SPELT})(?:[\s,.-]+(?:y\s+)?|(?!\w))){{4,}}(?:{_SPELT})(?!\w)", re.IGNORECASE
)
_MONEY_BEFORE = re.compile(r"(?:[€$£]|\b(?:eur|usd|gbp))\s*$", re.IGNORECASE)
_MONEY_AFTER = re.compile(
    r"(?:[.,]\d{1,2})?\s*(?:[€$£%]|(?:eur|euros?|usd|d[oó]lar\w*|dollars?|pounds?|gbp|pesos)\b)", re.IGNORECASE
)
_DECIMALS = re.compile(r",\d{1,2}(?!\d)")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d{2}"
_DATE = (
    rf"(?:{_DAY}[./-]{_MONTH}[./-](?:{_YEAR}|\d{{2}})|{_MONTH}[./-]{_DAY}[./-]{_YEAR}|"
    rf"{_YEAR}[./-]{_MONTH}[./-]{_DAY})"
)
_CLOCK = r"(?:[01]?\d|2[0-4])(?:[.:]?[0-5]\d)?"
_DATES = re.compile(
    rf"\(?{_DATE}(?:[\s().-]+(?:{_DATE}|{_CLOCK}))*\)?(?:[\s-]+{_CLOCK})?|\(?{_YEAR}(?:[\s./-]+{_YEAR})+\)?"
)
_SORT_CODE = re.compile(r"\d{2}-\d{2}-\d{2}")
_PHONE_DIGITS = range(9, 16)
_CARD_DIGITS = range(13, 20)
_ACCOUNT_DIGITS = 20  # of a Spanish account without its country
_LEAST_OF_ACCOUNT = 14  # digits of an IBAN of any country
_LEAST = 7  # digits; shorter numbers are counts
_MOST_OF_AMOUNT = 11  # digits: no amount has more


def mask_digits(text: str) -> str:
    """Mask bank accounts, cards, ids and phones."""
    if any(map(str.isdigit, text)):
        text = _LOOSE_ID.sub(lambda match: (match[1] or match[2] or match[3]) + mark("id"), text)
        text = _mask_ibans(text)
        text = _NATIONAL_ID.sub(mark("id"), text)
        text = _LABELLED_ID.sub(lambda match: match[1] + mark("id"), text)
        text = _SECRET.sub(lambda match: match[1] + mark("card"), text)
        text = _CODE.sub(mark("id"), text)
        text = _CARD_END.sub(lambda match: match[1] + mark("card"), text)
        text = _NUMBER.sub(_mask_number, text)
        text = _EXTENSION.sub(r"\1", text)
    return _SPELT_NUMBER.sub(mark("phone"), text)


def _mask_ibans(text: str) -> str:
    """Mask each IBAN: as many characters as its country uses, or else all following groups with digits."""
    start = _IBAN_START.search(text)
    while start:
        at, end = start.start(), _find_iban_end(text, start.start())
        if end:
            text = text[:at] + mark("account") + text[end:]
        start = _IBAN_START.search(text, at + 1)
    return text


def _find_iban_end(text: str, at: int) -> int:
    """Return where an IBAN ends; 0 if none begins."""
    run = _ALNUM_RUN.match(text, at)
    length = _IBAN_LENGTH.get(text[at : at + 2].upper())
    if run is None:
        return 0
    if length is None:
        groups = re.match(r"[A-Z]{2}\d{2}(?:[\s.-]?[A-Z]*\d[A-Z0-9]*){3,}", run[0], re.IGNORECASE)
        return at + len(groups[0]) if groups and sum(map(str.isdigit, groups[0])) >= _LEAST_OF_ACCOUNT else 0
    places = [place for place, letter in enumerate(run[0]) if letter.isalnum()]
    if len(places) < length:  # shortened or mistyped: masked up to its last digit, if most of it is there
        digits = [place for place in places if run[0][place].isdigit()]
        return at + digits[-1] + 1 if len(digits) * 3 > length else 0
    return at + places[length - 1] + 1


def _mask_number(match: re.Match[str]) -> str:
    """Mask a number with at least six digits unless it is a date or an amount."""
    number, before, after = match[0], match.string[: match.start()], match.string[match.end() :]
    bracket = "(" if number.startswith("(") and ")" not in number else ""
    number = number[len(bracket) :]
    digits = re.sub(r"\D", "", number)
    is_amount = _MONEY_BEFORE.search(before) or _MONEY_AFTER.match(after) or _DECIMALS.match(after)
    is_phone = number.startswith(("+", "00"))
    if _DATES.fullmatch(number) or (is_amount and not is_phone and len(digits) <= _MOST_OF_AMOUNT):
        return match[0]
    if len(digits) < _LEAST:
        return bracket + mark("account") if _SORT_CODE.fullmatch(number) else match[0]
    return bracket + mark(_name_kind(number, digits, is_phone=is_phone))


def _name_kind(number: str, digits: str, *, is_phone: bool) -> str:
    if len(digits) in _CARD_DIGITS and (_is_luhn(digits) or not is_phone):
        return "card"
    if len(digits) >= _ACCOUNT_DIGITS and not is_phone:
        return "account"
    return "phone" if is_phone or len(digits) in _PHONE_DIGITS or not number.isdigit() else "id"


def _is_luhn(digits: str) -> bool:
    """Return whether the digits pass the Luhn check of card numbers."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004 - of two digits
