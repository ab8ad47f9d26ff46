"""Ids under which many people buy: counter sales, guests, and what a system writes where it knows no customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.sources.recognition.proposal import SourceTable

# whole ids in lower case; numbers count only where they have many times the rows of other customers
_WORDS = (
    r"^(?:(?:cliente|venta|ventas|clientes)? ?(?:de )?(?:al )?"
    r"(?:contado|mostrador|varios|gen[eé]rico|general|an[oó]nimo)|walk.?in|"
    r"guests?|anonymous|invitado|consumidor final|p[uú]blico(?: en)? general|"
    r"sin (?:cliente|identificar|registro|registrar)|"
    r"no (?:identificado|registrado)|cash|counter|unknown|desconocido|balc[aã]o|consumidor|cliente final|avulso|"
    r"cash customer|one.?time customer|default|dummy|tienda)$"
)
_NUMBERS = r"^(?:0+|9{4,}|-1|x{3,})$"
_TIMES, _LEAST = 5, 5


def find_placeholder_ids(found: SourceTable, theirs: str) -> tuple[tuple[str, ...], float]:
    """Return the ids in a column that are nobody's, and the share of its rows that have one."""
    if found.sample is None or theirs not in found.sample.columns:
        return (), 0.0
    ids = found.sample[theirs].cast(pl.String, strict=False).str.strip_chars().drop_nulls()
    counts = ids.filter(ids != "").value_counts(sort=True)
    if counts.height < _LEAST:
        return (), 0.0
    name = counts.columns[0]
    usual = counts["count"].median() or 1
    low = pl.col(name).str.to_lowercase()
    often = pl.col("count") >= pl.lit(max(_LEAST, _TIMES * float(usual)))  # type: ignore[arg-type]
    nobody = counts.filter(low.str.contains(_WORDS) | (low.str.contains(_NUMBERS) & often))
    return tuple(nobody[name]), float(nobody["count"].sum() / max(ids.len(), 1))
