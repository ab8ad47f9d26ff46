"""Names are read as ideas in two languages; contents tell how times and numbers are written, and never guess."""

import polars as pl
import pytest

from lealtad.sources.recognition.columns.content import describe_content
from lealtad.sources.recognition.columns.contract_values import map_to_contract, measure_coverage
from lealtad.sources.recognition.columns.names import read_ideas
from lealtad.sources.recognition.tables.shape_match import match_shape
from lealtad.sources.recognition.tables.shapes import load_shapes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Código cliente", "customer_id"),
        ("FechaPedido", "Order Date"),
        ("fecha_de_alta", "START DATE"),
        ("Nº pedido", "order no"),
        ("Importe", "AmountEUR"),
        ("encuestas", "Survey"),
        ("incidencias_2024", "tickets"),
    ],
)
def test_the_same_said_in_two_languages_is_the_same(one, other):
    assert read_ideas(one) == read_ideas(other)


@pytest.mark.parametrize(
    ("values", "dates"),
    [
        (["2024-01-05", "2024-01-31T10:00:00Z"], "iso"),
        (["05/01/2024", "31/01/2024 09:30"], "day first"),
        (["5.1.2024", "31.1.2024"], "day first"),
        (["01/05/2024", "01/31/2024"], "month first"),
        (["05/01/2024", "06/02/2024"], ""),
        (["05/31/2024", "31/05/2024"], ""),
        (["2024/01/05"], "%Y/%m/%d"),
        (["20240105", "20240131"], "%Y%m%d"),
        (["?", "31/01/2024", "N/A"], "day first"),
    ],
)
def test_the_order_of_dates_is_told_or_asked(values, dates):
    assert describe_content(pl.Series("at", values)).dates.setting == dates


@pytest.mark.parametrize(
    ("values", "decimal"),
    [
        (["3,50", "1.234,00"], ","),
        (["3.50", "1234"], ""),
        (["1,234.50", "3.50"], "."),
        (["12", "7"], ""),
        (["12 apples"], None),
        ([1.5, 2.0], ""),
    ],
)
def test_the_decimal_mark_is_told(values, decimal):
    assert describe_content(pl.Series("amount", values)).decimal == decimal


def test_the_values_of_a_column_with_many_are_not_kept():
    assert describe_content(pl.Series("name", [f"Ana {i}" for i in range(99)])).values == ()
    assert describe_content(pl.Series("mail", ["a@b.es", "c@d.com"])).personal


def test_a_value_with_two_meanings_is_asked():
    assert map_to_contract(
        "subscriptions", "event", ["Alta", "Baja", "Solicitud de baja", "Cambio de plan", "Otro"]
    ) == {
        "Alta": "start",
        "Baja": "end",
        "Solicitud de baja": "cancel_request",
        "Cambio de plan": "change",
        "Otro": None,
    }


DAYS = [f"{1 + i % 28:02d}/03/2025 09:15" for i in range(60)]
OWN, FEW = [f"K{i}" for i in range(60)], [f"C{i % 9}" for i in range(60)]
YES_NO, CHANNELS = ["Sí", "No"] * 30, ["web", "tienda"] * 30


@pytest.mark.parametrize(
    ("file", "columns", "shape", "customer"),
    [
        (
            "contacts",
            {"Contact ID": OWN, "Company ID": FEW, "Create date": DAYS, "Source": CHANNELS},
            "customers",
            0,
        ),
        ("contactos", {"Id contacto": OWN, "Acepta marketing": YES_NO}, "customers", 0),
        (
            "contactos",
            {"Id contacto": OWN, "Código cliente": FEW, "Fecha": DAYS, "Canal": CHANNELS},
            "contacts",
            1,
        ),
        ("contactos", {"Id": OWN, "Cliente": FEW, "Fecha": DAYS, "Tipo": CHANNELS}, "contacts", 1),
        ("contactos", {"Id": OWN, "Cliente": YES_NO, "Fecha": DAYS, "Tipo": CHANNELS}, "customers", 0),
        ("engagements", {"Id": OWN, "Contact ID": FEW, "Date": DAYS, "Type": CHANNELS}, "touchpoints", 1),
        ("tickets", {"Ticket ID": OWN, "Contact ID": FEW, "Created at": DAYS}, "tickets", 1),
    ],
)
def test_contacts_are_people_or_events_by_whose_ids_they_bear(file, columns, shape, customer):
    match = match_shape(file, [describe_content(pl.Series(name, values)) for name, values in columns.items()])
    assert match.shape.name == shape
    assert match.columns["customer_id"] == list(columns)[customer]


def test_contacts_with_addresses_are_people_and_never_events():
    mails = [f"a{i}@correo.es" for i in range(60)]
    columns = {"Id": OWN, "Cliente": FEW, "Fecha": DAYS, "Canal": CHANNELS, "Correo": mails}
    match = match_shape(
        "contactos", [describe_content(pl.Series(name, values)) for name, values in columns.items()]
    )
    assert match.shape.name == "customers"


@pytest.mark.parametrize(("name", "known"), [("Acepta comunicaciones", True), ("No acepta comunicaciones", False)])
def test_who_refuses_does_not_consent(name, known):
    columns = {"Código cliente": OWN, name: YES_NO}
    match = match_shape(
        "clientes", [describe_content(pl.Series(name, values)) for name, values in columns.items()]
    )
    assert ("consent_contact" in match.columns) is known


def test_when_a_customer_of_a_campaign_was_contacted_is_known():
    arms = ["control", "tratado"] * 30
    columns = {
        "Campaña": ["a"] * 60,
        "Cliente": FEW,
        "Fecha asignación": DAYS,
        "Brazo": arms,
        "Fecha contacto": DAYS,
    }
    match = match_shape(
        "campañas", [describe_content(pl.Series(name, values)) for name, values in columns.items()]
    )
    assert match.columns["contacted_at"] == "Fecha contacto"


def test_every_shape_needs_columns_it_knows():
    for shape in load_shapes():
        assert set(shape.needs) <= set(shape.columns), shape.name


def test_outcomes_that_a_load_reads_need_no_mapping_and_others_are_asked_for():
    values = ["accepted", "Aceptado", "No contesta", "Quizás más tarde", "Visita"]
    assert map_to_contract("interventions", "outcome", values) == {"Visita": None}
    assert measure_coverage("interventions", "outcome", values) == 0.8
    # of a touchpoint any outcome may stand
    assert map_to_contract("touchpoints", "outcome", values) == {}
