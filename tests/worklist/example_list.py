"""A list as a night leaves it: made-up customers, every code, sentences of the catalog, hostile names."""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from lealtad.base.language import Language

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
HOSTILE = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "<script>alert(1)</script>", "harmless"]
ACTIONS = {
    "en": {
        "call": "Call and ask how things are going",
        "settle_case": "Settle the open case and call with the answer",
        "offer": "Offer better terms",
    },
    "es": {
        "call": "Llamar y preguntar cómo va todo",
        "settle_case": "Resolver el caso y llamar con la respuesta",
        "offer": "Ofrecer mejores condiciones",
    },
}
_REASONS = {
    "en": (
        (
            (
                "Waited 31 h on average for the first reply in 91 days, longer than promised on 2 of 3 tickets; "
                "customers who stay wait 4 h."
            ),
            "Has 1 ticket open; customers who stay: none.",
            "Last got in touch 67 days ago; customers who stay: 4.4 days ago.",
        ),
        (
            "The contract's term ends in 3.9 days; customers who stay: in 87 days.",
            "The price rose once in the last 182 days; for customers who stay: never.",
            None,
        ),
        ("Used 1 channel in the last 91 days; customers who stay: 4 channels.", None, None),
        (None, None, None),
    ),
    "es": (
        (
            (
                "Esperó 31 h de media la primera respuesta en 91 días, más de lo prometido en 2 de 3 tickets; "
                "quienes se quedan esperan 4 h."
            ),
            "Tiene 1 ticket sin resolver; quienes se quedan: ninguno.",
            "Se puso en contacto por última vez hace 67 días; quienes se quedan: hace 4,4 días.",
        ),
        (
            "El plazo del contrato vence en 3,9 días; quienes se quedan: en 87 días.",
            "El precio subió una vez en los últimos 182 días; quienes se quedan: nunca.",
            None,
        ),
        ("Usó 1 canal en los últimos 91 días; quienes se quedan: 4 canales.", None, None),
        (None, None, None),
    ),
}
_AGAINST = {
    "en": "Would recommend us with 10 out of 10; customers who stay: 8.",
    "es": "Nos recomendaría con un 10 sobre 10; quienes se quedan: un 8.",
}
_BANDS = ("very_high", "high", "medium", "low")
_CHANGES = ("new", "up", "down", "stays", "stays", "resolved")
_NOTES = (None, "consent_unknown", None, "explored,short_history", None)


def team(language: Language, ids: list[str] | None = None, n: int = 24) -> pl.DataFrame:
    """One row per customer, with codes; the last two rows are held out and must reach nobody."""
    customers = ids or [f"C-{1042 + 37 * i}" for i in range(n)]
    rows = [_row(i, customer, language.code) for i, customer in enumerate(customers)]
    hidden = [{**_row(i, f"HELD-OUT-{i}", language.code), "arm": "holdout", "rank": None} for i in (3, 4)]
    return pl.DataFrame([*rows, *hidden], infer_schema_length=None).with_columns(
        pl.col("uplift").cast(pl.Float64),
        pl.col("as_of", "last_contact_at", "last_comment_at", "renewal_date").dt.cast_time_unit("us"),
    )


def _row(i: int, customer: str, code: str) -> dict[str, object]:
    probability = round(0.83 * 0.93**i, 4)
    reason_words = _REASONS[code][i % 4]
    due = date(2026, 1, 1) + timedelta(days=1 + i % 3)
    reasons: dict[str, object] = {}
    for number, text in enumerate(reason_words, start=1):
        known = text is not None
        reasons |= {
            f"reason_{number}": text,
            f"reason_{number}_own": 31.4 - number if known else None,
            f"reason_{number}_typical": 4.25 if known else None,
            f"reason_{number}_direction": "above" if known else None,
            f"reason_{number}_actionable": number < 3 if known else None,
            f"reason_{number}_about": "first reply" if known else None,
            f"reason_{number}_evidence": "3 December: “No connection” (K1) | 1 December: “Bill” (K2)"
            if known
            else None,
        }
    return {
        "arm": "treated",
        "explored": i % 5 == 3,
        "as_of": AS_OF,
        "list_id": "2026-01-01-3f9a12c04b7e",
        "rank": i + 1,
        "previous_rank": None if _CHANGES[i % 6] == "new" else i + (3 if i % 6 == 1 else 1),
        "change": _CHANGES[i % 6],
        "change_reason": "Reopened a ticket yesterday." if i % 6 == 1 else None,
        "customer_id": customer,
        "segment": ("plus", "basic", None)[i % 3],
        "churn_probability": probability,
        "churn_probability_low": round(0.8 * probability, 4),
        "churn_probability_high": round(min(1.0, 1.15 * probability), 4),
        "usual_probability": 0.02,
        "band": _BANDS[0] if probability >= 0.5 else _BANDS[1] if probability >= 0.25 else _BANDS[2],
        "promoter_probability": (0.72, 0.11, None)[i % 3],
        "promoter_basis": ("answered", "modelled", "unknown")[i % 3],
        "quadrant": ("at_risk_promoter", "at_risk_non_promoter", None)[i % 3],
        "value_at_stake": round(1260.0 * 0.96**i, 2),
        "expected_gain": round(310.5 * 0.9**i - 4, 2),
        "forgone_gain": (2.5, 0.0, None)[i % 3],
        "uplift": None,
        "effect_basis": ("assumed", "mixed", "measured")[i % 3],
        "effect_share": (0.0, 0.62, 0.93)[i % 3],
        **reasons,
        "against_1": _AGAINST[code] if i % 3 == 0 else None,
        "last_comment": "“Nobody answers”" if i % 2 else None,
        "last_comment_at": AS_OF - timedelta(days=9) if i % 2 else None,
        "suggested_action": ("settle_case", "offer", "call")[i % 3],
        "owner": ("service", "retention", "retention")[i % 3],
        "channel": ("phone", "phone", "email")[i % 3],
        "consent": (True, None)[i % 5 == 1],
        "last_contact_at": None if i % 7 == 6 else AS_OF - timedelta(days=9 + i, hours=5),
        "open_tickets": (2, 0, 1)[i % 3],
        "oldest_open_ticket_hours": (52.25, None, 7.5)[i % 3],
        "last_nps": (10, 3, None)[i % 3],
        "last_csat": (0.75, None, 0.25)[i % 3],
        "renewal_date": None if i % 4 == 3 else AS_OF + timedelta(days=4 + 11 * i),
        "due_by": due,
        "data_notes": _NOTES[i % 5],
        "model_version": "churn/3",
        "kpi_version": "9a4be0217c55",
    }
