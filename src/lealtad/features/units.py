"""The units that features are measured in, in words."""

from __future__ import annotations

from lealtad.features.feature import Unit

ORDERS = Unit("orders", {"en": ("purchase", "purchases"), "es": ("compra", "compras")})
DAYS = Unit("days", {"en": ("day", "days"), "es": ("día", "días")})
HOURS = Unit("hours", {"en": ("hour", "hours"), "es": ("hora", "horas")})
WEEKS = Unit("weeks", {"en": ("week", "weeks"), "es": ("semana", "semanas")})
MONEY = Unit("money", {"en": ("", ""), "es": ("", "")}, decimals=2)
ITEMS = Unit("items", {"en": ("item", "items"), "es": ("artículo", "artículos")})
MAILINGS = Unit("mailings", {"en": ("mailing", "mailings"), "es": ("envío", "envíos")})
COUPONS = Unit("coupons", {"en": ("coupon", "coupons"), "es": ("cupón", "cupones")})
TIMES = Unit("times", {"en": ("times", "times"), "es": ("vez", "veces")}, decimals=1)
SHARE = Unit("share", {"en": ("%", "%"), "es": ("%", "%")})
CONTACTS = Unit("contacts", {"en": ("contact", "contacts"), "es": ("contacto", "contactos")})
CHANNELS = Unit("channels", {"en": ("channel", "channels"), "es": ("canal", "canales")})
CHANGES = Unit("changes", {"en": ("time", "times"), "es": ("vez", "veces")})
TICKETS = Unit("tickets", {"en": ("ticket", "tickets"), "es": ("ticket", "tickets")})
REPLIES = Unit("replies", {"en": ("reply", "replies"), "es": ("respuesta", "respuestas")})
SURVEYS = Unit("surveys", {"en": ("survey", "surveys"), "es": ("encuesta", "encuestas")})
ANSWERS = Unit("answers", {"en": ("answer", "answers"), "es": ("respuesta", "respuestas")})
COMMENTS = Unit("comments", {"en": ("comment", "comments"), "es": ("comentario", "comentarios")})
POINTS = Unit("points", {"en": ("point", "points"), "es": ("punto", "puntos")})
CONTRACTS = Unit("contracts", {"en": ("contract", "contracts"), "es": ("contrato", "contratos")})
STAGE = Unit("stage", {"en": ("", ""), "es": ("", "")})
BITS = Unit("bits", {"en": ("bit", "bits"), "es": ("bit", "bits")})
NUMBER = Unit("number", {"en": ("", ""), "es": ("", "")})
