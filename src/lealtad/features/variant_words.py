"""Variants of features, such as stages and channels, as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lealtad.features.feature import Variant

_SPANISH = {
    "awareness": "descubrimiento",
    "consideration": "consideración",
    "purchase": "compra",
    "service": "servicio",
    "loyalty": "lealtad",
    "advocacy": "recomendación",
    "web": "web",
    "app": "app",
    "email": "correo electrónico",
    "phone": "teléfono",
    "chat": "chat",
    "store": "tienda",
    "social": "redes sociales",
    "unknown": "canal desconocido",
}
_ENGLISH = {"social": "social media", "store": "shop", "unknown": "unknown channel"}


def spoken(variant: Variant | None, language: str) -> str:
    """Return a variant or window in the words of a language; what has none is told as it is.

    Examples
    --------
    >>> spoken("phone", "es"), spoken(28, "es")
    ('teléfono', '28')
    """
    words = _SPANISH if language == "es" else _ENGLISH
    return words.get(str(variant), str(variant))
