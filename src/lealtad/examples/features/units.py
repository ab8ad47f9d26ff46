"""The units that features are measured in, in words."""

from __future__ import annotations

from lealtad.examples.features.feature import Unit

_NONE_F = {"en": {"0": "none"}, "es": {"0": "ninguna"}}
_NONE_M = {"en": {"0": "none"}, "es": {"0": "ninguno"}}
_TIMES = {
    "en": {"0": "never", "1": "once", "2": "twice"},
    "es": {"0": "nunca", "1": "una vez", "2": "dos veces"},
}
ORDERS = Unit("orders", {"en": ("purchase", "purchases"), "es": ("compra", "compras")}, exact=_NONE_F)
DAYS = Unit("days", {"en": ("day", "days"), "es": ("día", "días")})
HOURS = Unit("hours", {"en": ("h", "h"), "es": ("h", "h")})
WEEKS = Unit("weeks", {"en": ("week", "weeks"), "es": ("semana", "semanas")})
MONEY = Unit("money", {"en": ("", ""), "es": ("", "")}, decimals=2)
ITEMS = Unit("items", {"en": ("item", "items"), "es": ("artículo", "artículos")}, exact=_NONE_M)
MAILINGS = Unit("mailings", {"en": ("message", "messages"), "es": ("mensaje", "mensajes")}, exact=_NONE_M)
COUPONS = Unit("coupons", {"en": ("coupon", "coupons"), "es": ("cupón", "cupones")}, exact=_NONE_M)
TIMES = Unit("times", {"en": ("time", "times"), "es": ("vez", "veces")}, decimals=1)
# a ratio of 1 is no "once": it says that nothing differs
AS_OFTEN = Unit(
    "times",
    {"en": ("time as often", "times as often"), "es": ("vez la frecuencia", "veces la frecuencia")},
    decimals=1,
    exact={
        "en": {"0.5": "half as often", "1": "as often", "2": "twice as often"},
        "es": {"0,5": "la mitad de frecuencia", "1": "la misma frecuencia", "2": "el doble de frecuencia"},
    },
)
OF_USUAL = Unit(
    "times",
    {
        "en": ("time the usual time", "times the usual time"),
        "es": ("vez su tiempo habitual", "veces su tiempo habitual"),
    },
    decimals=1,
    exact={"en": {"1": "the usual time"}, "es": {"1": "su tiempo habitual"}},
)
SHARE = Unit("share", {"en": ("%", "%"), "es": ("%", "%")})
CONTACTS = Unit("contacts", {"en": ("contact", "contacts"), "es": ("contacto", "contactos")}, exact=_NONE_M)
CHANNELS = Unit("channels", {"en": ("channel", "channels"), "es": ("canal", "canales")}, exact=_NONE_M)
CHANGES = Unit("changes", {"en": ("time", "times"), "es": ("vez", "veces")}, exact=_TIMES)
TICKETS = Unit("tickets", {"en": ("ticket", "tickets"), "es": ("ticket", "tickets")}, exact=_NONE_M)
REPLIES = Unit("replies", {"en": ("reply", "replies"), "es": ("respuesta", "respuestas")}, exact=_NONE_F)
SURVEYS = Unit("surveys", {"en": ("survey", "surveys"), "es": ("encuesta", "encuestas")}, exact=_NONE_F)
ANSWERS = Unit("answers", {"en": ("answer", "answers"), "es": ("respuesta", "respuestas")}, exact=_NONE_F)
COMMENTS = Unit("comments", {"en": ("comment", "comments"), "es": ("comentario", "comentarios")}, exact=_NONE_M)
POINTS = Unit("points", {"en": ("point", "points"), "es": ("punto", "puntos")})
CONTRACTS = Unit("contracts", {"en": ("contract", "contracts"), "es": ("contrato", "contratos")}, exact=_NONE_M)
STAGE = Unit("stage", {"en": ("", ""), "es": ("", "")})
BITS = Unit("bits", {"en": ("bit", "bits"), "es": ("bit", "bits")})
NUMBER = Unit("number", {"en": ("", ""), "es": ("", "")})
