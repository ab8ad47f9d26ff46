"""The language of a comment, by its function words: Spanish or English."""

from __future__ import annotations

import re

from lealtad.experience.listening.texts import fold_text

_WORDS = {
    "en": frozenset(
        "the a an and or but of to in is are was were be been it its i you we they he she my your our this that these "
        "those with for on at from by as not no have has had do does did will would can could should there what which "
        "who when how why very too so just more than then me him us them if about after before again up out off all "
        "never always thanks please good great bad service".split()
    ),
    "es": frozenset(
        "el la los las un una unos unas y e o u pero de del al en es son era fue fueron ser estar esta estan yo tu "
        "usted nosotros ellos mi mis su sus nuestro este esta ese esa esto eso con para por sin no que como cuando "
        "donde muy mas menos ya si me te se le les nos lo han ha he hay hace desde hasta tambien porque todo todos "
        "nada nadie siempre nunca gracias bien mal servicio".split()
    ),
}
_TOKEN = re.compile(r"[^\W\d_]+")
_SPANISH_SIGNS = re.compile(r"[ñ¿¡]|\w[áéíóú]\w*|[áéíóú]\b", re.IGNORECASE)
_MOST_TOKENS = 200


def detect_language(text: str, otherwise: str | None = None) -> str | None:
    """Return es or en, or `otherwise` where the words of both are equally many, or none.

    Examples
    --------
    >>> detect_language("Nadie me da una solución"), detect_language("Days without a reply")
    ('es', 'en')
    >>> detect_language("👍", "es"), detect_language("OK") is None
    ('es', True)
    """
    tokens = _TOKEN.findall(fold_text(text))[:_MOST_TOKENS]
    counts = {code: sum(token in words for token in tokens) for code, words in _WORDS.items()}
    spanish = counts["es"] + 2 * len(_SPANISH_SIGNS.findall(text[:2000]))
    if spanish == counts["en"]:
        return otherwise
    return "es" if spanish > counts["en"] else "en"
