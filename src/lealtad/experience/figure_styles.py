"""Display of the figures on pages: the looks of measures, and of two figures that only the map has."""

from __future__ import annotations

from lealtad.kpis.measure import Look, MeasureWords
from lealtad.kpis.registry import find_measure

VOLUME, DROP_OFF = "volume", "drop_off"
_OF_THE_MAP = {
    VOLUME: Look(
        words={
            "en": MeasureWords("Volume", "Contacts in this time."),
            "es": MeasureWords("Volumen", "Contactos en este tiempo."),
        },
        unit="count",
    ),
    DROP_OFF: Look(
        words={
            "en": MeasureWords(
                "Drop-off",
                "Of the customers with a contact in the stage in the {days} days before these, the share who "
                "started none themselves in any later stage within {days} days of it. Orders count as purchases, "
                "tickets as service.",
            ),
            "es": MeasureWords(
                "No avanzan",
                "De los clientes con un contacto en la etapa en los {days} días anteriores a estos, el porcentaje "
                "que no inició ninguno en una etapa posterior en los {days} días siguientes. Los pedidos cuentan "
                "como compra y los tickets como servicio.",
            ),
        },
        unit="share",
        decimals=1,
        target="drop_off",
    ),
}


def find_look(kpi: str) -> Look:
    """Return the look of a figure: name, format and direction.

    Examples
    --------
    >>> find_look("drop_off").words["en"].name, find_look("nps").unit
    ('Drop-off', 'points')
    """
    return _OF_THE_MAP[kpi] if kpi in _OF_THE_MAP else find_measure(kpi).look
