"""Names of stages and channels in each language."""

from __future__ import annotations

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


def translate_name(name: str | int | None, language: str) -> str:
    """Return a stage, channel or window in a language; a name without a translation stays as it is.

    Examples
    --------
    >>> translate_name("phone", "es"), translate_name(28, "es")
    ('teléfono', '28')
    """
    words = _SPANISH if language == "es" else _ENGLISH
    return words.get(str(name), str(name))
