"""Sentences say the customer's own value and the usual one, as each language does."""

import math
import re
import string

import numpy as np
import pandas as pd
import polars as pl
import pytest

from lealtad.base.language import LANGUAGES, Language
from lealtad.examples.features import CATALOG
from lealtad.worklist.reasons import build_reason_schema, explain_scores

SPOKEN = {
    "first_reply_hours_91d": (31.0, 4.0),
    "late_replies_91d": (2.0, 0.0),
    "tickets_91d": (3.0, 0.0),
    "term_left_days": (-15.2, 87.0),
    "price_rises_182d": (1.0, 0.0),
    "last_nps": (3.0, 8.0),
}


class Stated:
    """A model that says what it is told to say."""

    def __init__(self, weights, values=SPOKEN):
        self.weights = weights
        self.contract = {
            "columns": list(values),
            "typical": {name: typical for name, (_, typical) in values.items()},
            "worse": {name: 1 if own >= typical else -1 for name, (own, typical) in values.items()},
        }

    def contributions(self, rows):
        return pd.DataFrame({name: [self.weights.get(name, 0.0)] * len(rows) for name in self.contract["columns"]})


def told(weights, language="en", values=SPOKEN, **own):
    row = {name: own.get(name, value) for name, (value, _) in values.items()}
    rows = pl.DataFrame([row], schema=dict.fromkeys(values, pl.Float64))
    return explain_scores(Stated(weights, values), rows, Language.from_code(language)).row(0, named=True)


def test_a_wait_is_told_with_the_tickets_it_was_too_long_on():
    found = told({"first_reply_hours_91d": 1.0})
    assert found["reason_1"] == (
        "Waited 31 h on average for the first reply in 91 days, longer than promised on 2 of 3 tickets; "
        "customers who stay wait 4 h."
    )
    assert (found["reason_1_own"], found["reason_1_typical"], found["reason_1_direction"]) == (31.0, 4.0, "above")
    assert (found["reason_1_actionable"], found["reason_1_about"]) == (True, "first reply")
    assert told({"first_reply_hours_91d": 1.0}, "es")["reason_1"] == (
        "Esperó 31 h de media la primera respuesta en 91 días, más de lo prometido en 2 de 3 tickets; "
        "quienes se quedan esperan 4 h."
    )


@pytest.mark.parametrize(("late", "opened"), [(0.0, 3.0), (math.nan, 3.0), (3.0, 2.0)])
def test_a_part_is_left_out_where_it_says_nothing(late, opened):
    found = told({"first_reply_hours_91d": 1.0}, late_replies_91d=late, tickets_91d=opened)
    assert (
        found["reason_1"] == "Waited 31 h on average for the first reply in 91 days; customers who stay wait 4 h."
    )


def test_a_term_that_has_passed_is_told_as_passed():
    assert told({"term_left_days": 1.0})["reason_1"] == (
        "The contract's term ended 15 days ago and was not renewed; customers who stay: 87 days to go."
    )
    assert told({"term_left_days": 1.0}, "es", term_left_days=3.9)["reason_1"] == (
        "El plazo del contrato vence en 3,9 días; quienes se quedan: en 87 días."
    )


def test_once_and_never_are_words():
    assert told({"price_rises_182d": 1.0})["reason_1"] == (
        "The price rose once in the last 182 days; for customers who stay: never."
    )


@pytest.mark.parametrize(
    ("code", "column", "own", "said"),
    [
        (
            "en",
            "own_contact_trend_28d",
            0.1,
            "Got in touch 0.1 times as often in the last 28 days as before; customers who stay: as often.",
        ),
        (
            "es",
            "own_contact_trend_28d",
            0.1,
            (
                "En los últimos 28 días contactó con 0,1 veces la frecuencia de antes; quienes se quedan: con la "
                "misma frecuencia."
            ),
        ),
        (
            "es",
            "order_trend_28d",
            0.5,
            (
                "En los últimos 28 días compró con 0,5 veces la frecuencia de antes; quienes se quedan: con la "
                "misma frecuencia."
            ),
        ),
        (
            "en",
            "silence",
            2.5,
            "Has not bought for 2.5 times the usual time between purchases; customers who stay: the usual time.",
        ),
        (
            "es",
            "silence",
            2.5,
            "Lleva sin comprar 2,5 veces su tiempo habitual entre compras; quienes se quedan: su tiempo habitual.",
        ),
    ],
)
def test_a_ratio_of_one_is_not_once(code, column, own, said):
    assert told({column: 1.0}, code, {column: (own, 1.0)})["reason_1"] == said


def test_a_stage_is_where_a_contact_was_and_not_why():
    values = {"days_since_advocacy": (457.0, 30.0)}
    assert told({"days_since_advocacy": 1.0}, "es", values)["reason_1"] == (
        "Contactó por última vez en la etapa de recomendación hace 457 días; quienes se quedan: hace 30 días."
    )


def test_what_speaks_against_is_told_apart():
    found = told({"last_nps": -1.0}, last_nps=10.0)
    assert found["reason_1"] is None
    assert found["against_1"] == "Would recommend us with 10 out of 10; customers who stay: 8."


def test_nothing_is_told_that_reads_like_the_typical_value_or_contradicts_the_catalog():
    assert told({"last_nps": 1.0}, last_nps=8.0)["reason_1"] is None
    assert told({"last_nps": 1.0}, last_nps=math.nan)["reason_1"] is None
    # the sample says that more late replies are better; the catalog says that is beyond doubt wrong
    values = {"late_replies_91d": (0.0, 2.0)}
    assert told({"late_replies_91d": 1.0}, values=values)["reason_1"] is None


def test_values_that_hardly_differ_are_no_reason():
    price = {"share_after_7_days": (0.80, 0.69)}
    assert told({"share_after_7_days": 1.0}, values=price)["reason_1"] is not None
    assert told({"share_after_7_days": 1.0}, values=price, share_after_7_days=0.73)["reason_1"] is None


def test_where_all_customers_show_the_other_side_the_model_decides_whether_the_stated_one_is_told():
    vain = {"failed_self_service_91d": (3.0, 1.0)}
    for weight, told_of in ((1.0, True), (-1.0, False)):
        model = Stated({"failed_self_service_91d": weight}, vain)
        model.contract["worse"] = {"failed_self_service_91d": -1}  # who looks for help is active, and stays
        rows = pl.DataFrame({"failed_self_service_91d": [3.0]})
        found = explain_scores(model, rows, Language.from_code("en")).row(0, named=True)
        assert (found["reason_1"] is not None) == told_of
        assert found["against_1"] is None


def test_columns_are_those_of_the_schema_also_for_nobody():
    rows = pl.DataFrame(schema=dict.fromkeys(SPOKEN, pl.Float64))
    assert dict(explain_scores(Stated({}), rows, Language.from_code("en")).schema) == build_reason_schema()


@pytest.mark.parametrize("one", [one for one in CATALOG if one.says["en"]], ids=lambda one: one.name)
def test_every_sentence_of_the_catalog_can_be_said_in_both_languages(one):
    typical = 9.0 if one.risk == "falls" else 2.0
    for code in LANGUAGES:
        owns = (5.0, -7.0) if " || " in one.says[code] else (5.0,)
        for column in one.columns:
            for own in owns:
                said = told({column: 1.0}, code, {column: (own, typical)})["reason_1"]
                assert said is not None, column
                assert said.endswith(".")
                assert not re.search(r"[{}\[\]|]|\bnan\b|  | -\d", said), said


def test_both_languages_say_the_same_values():
    def places(text):
        return sorted(
            name for _, name, _, _ in string.Formatter().parse(text.replace("[", "").replace("]", "")) if name
        )

    for one in CATALOG:
        assert places(one.says["en"]) == places(one.says["es"]), one.name


def test_thousands_of_customers_are_told_at_once():
    rows = pl.DataFrame({name: np.full(3000, own) for name, (own, _) in SPOKEN.items()})
    found = explain_scores(Stated({"last_nps": 1.0, "price_rises_182d": 2.0}), rows, Language.from_code("es"))
    assert found.height == 3000
    assert found["reason_2"].null_count() == 0
