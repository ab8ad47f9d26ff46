"""The units that features are measured in, in words."""

from __future__ import annotations

from lealtad.features.feature import Unit

ORDERS = Unit("orders", {"en": ("purchase", "purchases"), "es": ("compra", "compras")})
DAYS = Unit("days", {"en": ("day", "days"), "es": ("día", "días")})
WEEKS = Unit("weeks", {"en": ("week", "weeks"), "es": ("semana", "semanas")})
MONEY = Unit("money", {"en": ("", ""), "es": ("", "")}, decimals=2)
ITEMS = Unit("items", {"en": ("item", "items"), "es": ("artículo", "artículos")})
MAILINGS = Unit("mailings", {"en": ("mailing", "mailings"), "es": ("envío", "envíos")})
COUPONS = Unit("coupons", {"en": ("coupon", "coupons"), "es": ("cupón", "cupones")})
TIMES = Unit("times", {"en": ("times", "times"), "es": ("veces", "veces")}, decimals=1)
SHARE = Unit("share", {"en": ("%", "%"), "es": ("%", "%")})
