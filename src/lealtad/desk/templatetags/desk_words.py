"""Tags of the templates: sentences, codes, numbers and dates in the page's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel import Locale
from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.desk.places import load_company_language, name_touchpoint
from lealtad.desk.words import load_language, name_code, translate_sentence

if TYPE_CHECKING:
    from datetime import datetime

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: Any, sentence: str, **values: object) -> str:
    """Return a sentence in the page's language."""
    return translate_sentence(sentence, context.get("code", "en"), **values)


@register.simple_tag(takes_context=True)
def name(context: Any, kind: str, code: str) -> str:
    """Return the words of a code."""
    return name_code(kind, code, context.get("code", "en"))


@register.simple_tag(takes_context=True)
def place(context: Any, code: str) -> str:
    """Return the words of a stage or a channel."""
    return translate_name(code, context.get("code", "en"))


@register.simple_tag(takes_context=True)
def touchpoint(context: Any, code: str) -> str:
    """Return the company's name of a touchpoint."""
    return name_touchpoint(code, load_company_language(context.get("code", "en")))


@register.simple_tag(takes_context=True)
def action(context: Any, code: str) -> str:
    """Return the words of an action of the page's night; without a night its code."""
    night = context.get("night")
    return night.name_action(code, context.get("code", "en")) if night else code


@register.simple_tag(takes_context=True)
def language_name(context: Any, code: str) -> str:
    """Return the name of a language; a code that names none stays as it is."""
    return _name_in(context, "languages", code.lower())


@register.simple_tag(takes_context=True)
def country_name(context: Any, code: str) -> str:
    """Return the name of a country; a code that names none stays as it is."""
    return _name_in(context, "territories", code)


def _name_in(context: Any, names: str, code: str) -> str:
    word = getattr(Locale.parse(context.get("code", "en")), names).get(code, code)
    return str(word)


@register.simple_tag(takes_context=True)
def money(context: Any, value: float | None) -> str:
    """Return an amount in the company's currency; nothing for none."""
    return (
        ""
        if value is None
        else load_language(context.get("code", "en"), context.get("currency", "EUR")).money(value)
    )


@register.simple_tag(takes_context=True)
def decimal(context: Any, value: float | None) -> str:
    """Return a number with one decimal; a dash for none."""
    return "–" if value is None else load_language(context.get("code", "en")).decimal(value, 1)


@register.simple_tag(takes_context=True)
def count(context: Any, value: int) -> str:
    """Return a whole number as the page's language groups its digits."""
    return load_language(context.get("code", "en")).number(value)


@register.simple_tag(takes_context=True)
def percent(context: Any, value: float | None, decimals: int = 0) -> str:
    """Return a share as a percentage; nothing for none."""
    return "" if value is None else load_language(context.get("code", "en")).percent(value, decimals)


@register.simple_tag(takes_context=True)
def day(context: Any, value: datetime | None) -> str:
    """Return a day in the company's zone; nothing for none."""
    return "" if value is None else load_language(context.get("code", "en")).date(timezone.localtime(value))


@register.filter
def moment(value: datetime | None) -> str:
    """Return a day and a time in the company's zone, as the page's language writes them; nothing for none."""
    if value is None:
        return ""
    layout = "d/m/Y H:i" if (get_language() or "en").startswith("es") else "j M Y, H:i"
    return date_format(timezone.localtime(value), layout, use_l10n=False)


@register.filter
def to_day(value: datetime) -> str:
    """Return the text of a day that a calendar field takes."""
    return f"{timezone.localtime(value):%Y-%m-%d}"
