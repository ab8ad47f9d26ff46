"""Tags of the templates: sentences, codes, numbers and dates in the page's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.desk.places import name_touchpoint, speak_company
from lealtad.desk.words import name_code, speak, translate_sentence

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
    return name_touchpoint(code, speak_company(context.get("code", "en")))


@register.simple_tag(takes_context=True)
def money(context: Any, value: float | None) -> str:
    """Return an amount in the company's currency; nothing for none."""
    return "" if value is None else speak(context.get("code", "en"), context.get("currency", "EUR")).money(value)


@register.simple_tag(takes_context=True)
def percent(context: Any, value: float | None, decimals: int = 0) -> str:
    """Return a share as a percentage; nothing for none."""
    return "" if value is None else speak(context.get("code", "en")).percent(value, decimals)


@register.simple_tag(takes_context=True)
def day(context: Any, value: datetime | None) -> str:
    """Return a day in the company's zone; nothing for none."""
    return "" if value is None else speak(context.get("code", "en")).date(timezone.localtime(value))


@register.filter
def moment(value: datetime | None) -> str:
    """Return a day and a time in the company's zone; nothing for none."""
    return "" if value is None else f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
