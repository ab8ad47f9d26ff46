"""The texts of tickets: a subject and a sentence, in the customer's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

# category → language → (subject, text), two ways to say each
_TEXTS: Mapping[str, Mapping[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "billing": {
        "es": (
            ("Factura incorrecta", "Me habéis cobrado dos veces el mismo mes."),
            ("Duda con mi recibo", "No entiendo un cargo de la última factura."),
        ),
        "en": (
            ("Wrong invoice", "I was charged twice for the same month."),
            ("Question about my bill", "I do not understand a charge on the last invoice."),
        ),
    },
    "delivery": {
        "es": (
            ("Mi pedido no llega", "El paquete lleva tres días parado."),
            ("Pedido incompleto", "Falta un artículo en la caja."),
        ),
        "en": (
            ("My order has not arrived", "The parcel has not moved for three days."),
            ("Order incomplete", "One item is missing from the box."),
        ),
    },
    "technical": {
        "es": (
            ("La aplicación falla", "La aplicación se cierra sola al entrar."),
            ("No puedo conectarme", "Desde ayer no hay conexión."),
        ),
        "en": (
            ("The app crashes", "The app closes by itself when I sign in."),
            ("Cannot connect", "There has been no connection since yesterday."),
        ),
    },
    "account": {
        "es": (
            ("Cambio de datos", "Quiero cambiar mi dirección."),
            ("No puedo entrar", "No recibo el correo para recuperar la contraseña."),
        ),
        "en": (
            ("Change of details", "I would like to change my address."),
            ("Cannot sign in", "The e-mail to reset my password does not arrive."),
        ),
    },
    "product": {
        "es": (
            ("Producto defectuoso", "Ha dejado de funcionar a la semana."),
            ("Consulta sobre un producto", "¿Sirve para el modelo anterior?"),
        ),
        "en": (
            ("Faulty product", "It stopped working after a week."),
            ("Question about a product", "Does it fit the previous model?"),
        ),
    },
}


def add_ticket_texts(rng: np.random.Generator, events: pl.DataFrame, language: pl.DataFrame) -> pl.DataFrame:
    """Add `subject, text` to the creation of each ticket; other events have none.

    Parameters
    ----------
    language
        `customer_id, language` of each customer.
    """
    tickets = events.filter(event="created").select("ticket_id", "customer_id", "category").unique("ticket_id")
    tickets = tickets.sort("ticket_id").join(language, on="customer_id", how="left", maintain_order="left")
    tickets = tickets.with_columns(way=pl.Series(rng.integers(0, 2, tickets.height).astype(np.int64)))
    sentences = pl.DataFrame(
        [
            (category, tongue, way, *texts)
            for category, by_language in _TEXTS.items()
            for tongue, ways in by_language.items()
            for way, texts in enumerate(ways)
        ],
        schema={
            "category": pl.String,
            "language": pl.String,
            "way": pl.Int64,
            "subject": pl.String,
            "text": pl.String,
        },
        orient="row",
    )
    written = tickets.join(sentences, on=["category", "language", "way"], how="left", maintain_order="left")
    created = written.select("ticket_id", "subject", "text", event=pl.lit("created"))
    return events.join(created, on=["ticket_id", "event"], how="left", maintain_order="left")
