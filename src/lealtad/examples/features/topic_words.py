"""What features are about, in Spanish; in English a topic is its own word."""

from __future__ import annotations

_SPANISH = {
    "activity": "actividad",
    "answering": "respuestas a encuestas",
    "basket": "cesta de la compra",
    "beginning": "primer mes",
    "cadence": "ritmo de compra",
    "cancelling": "peticiones de baja",
    "channels": "canales",
    "comments": "comentarios",
    "consent": "consentimiento",
    "contact": "contactos de la empresa",
    "contracts": "contratos",
    "coupons": "cupones",
    "discounts": "descuentos",
    "downgrades": "cambios a un plan menor",
    "drop-off": "contactos sin compra",
    "effort": "esfuerzo",
    "endings": "contratos terminados",
    "fatigue": "exceso de contactos",
    "first ratings": "primeras valoraciones",
    "first reply": "primera respuesta",
    "first tickets": "primeros tickets",
    "frequency": "frecuencia de compra",
    "initiative": "iniciativa",
    "invitations": "invitaciones a encuestas",
    "margin": "margen",
    "movement": "cambios de etapa",
    "open tickets": "tickets abiertos",
    "ownership": "contactos sin responsable",
    "pace": "últimas compras",
    "pauses": "pausas",
    "payments": "pagos",
    "price": "precio",
    "price rises": "subidas de precio",
    "progress": "avance en el recorrido",
    "promises": "promesas de respuesta",
    "recency": "tiempo sin comprar",
    "recommending": "recomendación",
    "regularity": "regularidad de las compras",
    "reopening": "tickets reabiertos",
    "repeats": "contactos repetidos",
    "retention": "campañas de retención",
    "returns": "devoluciones",
    "satisfaction": "satisfacción",
    "season": "época del año",
    "self-service": "autoservicio",
    "solutions": "soluciones",
    "spending": "gasto",
    "stages": "etapas del recorrido",
    "switches": "cambios de canal",
    "tenure": "antigüedad",
    "term": "plazo del contrato",
    "tickets": "tickets",
    "trend": "tendencia de compra",
}


def translate_topic(about: str, language: str) -> str:
    """Return a topic in the words of a language; one of the company's own is told as it is.

    Examples
    --------
    >>> [translate_topic(topic, "es") for topic in ("first reply", "attr_region")]
    ['primera respuesta', 'attr_region']
    """
    return _SPANISH.get(about, about) if language == "es" else about
