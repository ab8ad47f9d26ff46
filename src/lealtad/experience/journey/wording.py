"""Names of stages, touchpoints and owners on the journey map, and who starts contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.experience.journey.places import TICKET

if TYPE_CHECKING:
    from lealtad.base.language import Language


def name_stage(stage: str, language: Language) -> str:
    """Name a stage."""
    _ = language.translate
    return {
        "awareness": _("Awareness"),
        "consideration": _("Consideration"),
        "purchase": _("Purchase"),
        "service": _("Service"),
        "loyalty": _("Loyalty"),
        "advocacy": _("Advocacy"),
    }[stage]


def name_touchpoint(touchpoint: str, channel: str, language: Language) -> str:
    """Name a touchpoint as the settings do, else by its code with spaces for underscores.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> name_touchpoint("web_checkout", "web", Language.from_code("en"))
    'Web checkout'
    >>> name_touchpoint("ticket", "phone", Language.from_code("es"))
    'Tickets por teléfono'
    """
    if (name := language.name("touchpoints", touchpoint)) is not None:
        return name
    if touchpoint == TICKET:
        return language.translate("Tickets by {channel}", channel=translate_name(channel, language.code))
    words = touchpoint.replace("_", " ")
    return words[:1].upper() + words[1:]


def name_owners(owners: str | None, language: Language) -> str:
    """Name owners, separated by commas; owners without a name in the settings appear by their code.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> name_owners("store, it", Language.from_code("es", names={"es": {"owners": {"store": "Tiendas"}}}))
    'Tiendas, it'
    """
    return ", ".join(language.name("owners", owner) or owner for owner in (owners or "").split(", "))


def describe_initiator(customer_share: float, language: Language) -> str:
    """Describe who starts the contacts."""
    _ = language.translate
    if customer_share == 1:
        return _("started by the customer")
    if customer_share == 0:
        return _("started by the company")
    return _("{share} started by the customer", share=language.percent(customer_share))
