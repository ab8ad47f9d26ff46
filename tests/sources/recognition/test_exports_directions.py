"""What can be read the wrong way round: scales from best to worst, ease, consent, ends, periods, movements."""

import json
from datetime import date

import pytest

from tests.sources.exports import answers, lines, proposed, proposed_and_loaded, when, write

BEST_FIRST = ("1 - Muy satisfecho", "2 - Satisfecho", "3 - Neutral", "5 - Muy insatisfecho")


def test_a_scale_from_best_to_worst_is_turned(tmp_path):
    question = "¿Cómo de satisfecho está con nuestro servicio?"
    text, tables = proposed_and_loaded(write(tmp_path, encuesta_csv=answers(question, BEST_FIRST)))
    assert "calls its lowest number the best" in text
    assert sorted(set(tables["surveys"]["score"])) == [1.0, 3.0, 4.0, 5.0]
    assert tables["surveys"].filter(tables["surveys"]["score"] == 5.0).height == 10


@pytest.mark.parametrize(
    ("question", "scores", "easier"),
    [
        ("Esfuerzo (1 muy difícil - 7 muy fácil)", range(1, 8), "true"),
        ("Esfuerzo (1 muy fácil - 7 muy difícil)", range(1, 8), "false"),
        ("How easy or difficult was it?", ("Very easy", "Easy", "Neutral", "Difficult", "Very difficult"), "true"),
        ("How easy or difficult was it?", range(1, 8), None),
        ("Customer effort", range(1, 8), "false"),
    ],
)
def test_which_end_of_a_scale_is_easy_is_read_or_asked(tmp_path, question, scores, easier):
    text = proposed(write(tmp_path, encuesta_csv=answers(question, scores)))
    assert (f"constants.higher_is_easier = {easier}" in text) == (easier is not None), text


def test_seven_steps_in_words_are_not_five(tmp_path):
    steps = ("Strongly agree", "Agree", "Somewhat agree", "Disagree")
    assert "[sources.surveys.values.score]" not in proposed(write(tmp_path, e_csv=answers("Was it easy?", steps)))


def people(header, row):
    orders = lambda i: (f"P{i}", f"C{i % 40:04}", f"{when():%Y-%m-%d}", "20.00")  # noqa: E731
    return {
        "customers_csv": lines(
            f"customer_id,created_at,{header}", lambda i: (f"C{i:04}", f"{when()}", *row(i)), 40, ","
        ),
        "orders_csv": lines("order_id,customer_id,created_at,amount", orders, 40, ","),
    }


def test_what_was_erased_is_no_consent(tmp_path):
    text = proposed(write(tmp_path, **people("gdpr_erased", lambda i: (i % 2,))))
    assert "consent_contact =" not in text


def test_a_status_of_marketing_counts_before_a_flag_that_nobody_set(tmp_path):
    statuses = ("subscribed", "unsubscribed", "cleaned", "unknown yet")
    text = proposed(write(tmp_path, **people("marketing_status,do_not_call", lambda i: (statuses[i % 4], 0))))
    assert "\nconsent_contact =" not in text
    assert "# consent_contact =" in text


def test_what_is_sent_to_people_is_asked(tmp_path):
    text = proposed(write(tmp_path, **people("Envío publicidad", lambda i: ("SN"[i % 2],))))
    assert '# consent_contact = "Envío publicidad"' in text


def contracts(header, row):
    return lines(f"contrato;cliente;fecha_alta;{header}", lambda i: (f"K{i}", f"C{i}", "2023-02-01", *row(i)))


def test_the_end_of_a_commitment_ends_no_contract(tmp_path):
    row = lambda i: ("2023-08-01", "2023-10-01" if i % 10 == 0 else "", "19.90")  # noqa: E731
    header = "Fin permanencia;Fecha baja efectiva;Cuota mensual"
    text, tables = proposed_and_loaded(write(tmp_path, contratos_csv=contracts(header, row)))
    assert 'ended_at = "Fecha baja efectiva"' in text
    assert (tables["subscriptions"]["event"] == "end").sum() == 4


def test_a_number_of_months_divides_the_price(tmp_path):
    row = lambda i: ("2023-10-01" if i % 10 == 0 else "", (1200, 3000, 9600)[i % 3], (1, 3, 12)[i % 3])  # noqa: E731
    header = "fecha_baja;amount_in_cents;billing_period_months"
    _, tables = proposed_and_loaded(write(tmp_path, contratos_csv=contracts(header, row)))
    assert set(tables["subscriptions"]["amount_monthly"].drop_nulls()) == {12.0, 10.0, 8.0}


def test_movements_of_revenue_are_changes_of_contracts(tmp_path):
    kinds = ("New Business", "Churn", "Expansion")
    row = lambda i: (f"C{i % 15}", f"2024-0{1 + i // 15}-05", kinds[i // 15], (50, 0, 70)[i // 15])  # noqa: E731
    movements = lines("Customer,Date,Movement Type,MRR", row, 45, ",")
    text, tables = proposed_and_loaded(write(tmp_path, mrr_movements_csv=movements))
    assert set(tables["subscriptions"]["event"]) == {"start", "end", "change"}, text
    assert "touchpoints" not in tables


def test_the_first_of_several_values_is_no_number_of_the_row(tmp_path):
    order = lambda i: {  # noqa: E731
        "id": i,
        "customer_id": f"C{i % 9}",
        "date_created": f"{when():%Y-%m-%dT%H:%M:%S}",
        "total": "45.00",
        "line_items": [{"product_id": 5, "quantity": 1}, {"product_id": 6, "quantity": 2}],
    }
    text = proposed(write(tmp_path, orders_json=json.dumps([order(i) for i in range(40)])))
    assert 'amount = "total"' in text
    assert "items = " not in text


def test_lines_of_returns_add_up_to_what_they_cost_with_their_discount(tmp_path):
    row = lambda i: (  # noqa: E731
        *(
            f"T{i // 2}",
            f"{when():%d/%m/%Y}",
            f"C{i // 2 % 9}",
            f"A{i % 2}",
            -1 if i // 2 % 10 == 9 else 2,
            "10,00",
        ),
        "-9,00" if i // 2 % 10 == 9 else "18,00",
    )
    header = "Ticket;Fecha;Cliente;Articulo;Cantidad;PVP;Importe línea"
    _, tables = proposed_and_loaded(write(tmp_path, lineas_venta_csv=lines(header, row)))
    assert set(tables["orders"]["amount"].abs()) == {36.0, 18.0}


def test_events_of_a_mailing_need_no_name(tmp_path):
    kinds = ("sent", "opened", "clicked", "bounced")
    row = lambda i: (f"C{i % 9}", "12", 1_700_000_000 + 1000 * i, kinds[i % 4])  # noqa: E731
    header = "customer_id,campaign_id,timestamp,metric"
    _, tables = proposed_and_loaded(write(tmp_path, export_csv=lines(header, row, separator=",")))
    assert (tables["touchpoints"]["initiated_by"] == "customer").sum() == 10


def test_a_header_that_calls_the_lowest_number_the_best_turns_the_scores(tmp_path):
    question = "Satisfaction (1 = very satisfied; 5 = very dissatisfied)"
    _, tables = proposed_and_loaded(write(tmp_path, survey_csv=answers(question, (1, 1, 2, 5))))
    assert tables["surveys"]["score"].value_counts().sort("score").rows() == [(1.0, 10), (4.0, 10), (5.0, 20)]


@pytest.mark.parametrize(("statuses", "asked"), [(("active", "expired"), True), (("expired", "ended"), False)])
def test_an_end_that_active_contracts_have_is_that_of_a_term(tmp_path, statuses, asked):
    row = lambda i: ("2024-02-01", statuses[i % 2], "10.00")  # noqa: E731
    text = proposed(write(tmp_path, subscriptions_csv=contracts("end_date;status;monthly_price", row)))
    assert ('say first what "end_date" is' in text) == asked, text
    assert ('ended_at = "end_date"' in text) != asked


def test_missed_calls_are_asked_and_outgoing_ones_are_the_companys(tmp_path):
    row = lambda i: (f"L{i}", f"{when()}", f"6{i % 9:08}", ("Entrante", "Saliente", "Perdida")[i % 3])  # noqa: E731
    calls = lines("Id llamada;Fecha y hora;Teléfono cliente;Tipo", row)
    text = proposed(write(tmp_path, llamadas_csv=calls))
    assert 'initiated_by = "Tipo"' in text
    assert '# "Perdida" =' in text


def test_amounts_that_are_all_below_zero_are_asked(tmp_path):
    row = lambda i: (f"F{i}", f"C{i % 9}", f"{when():%Y-%m-%d}", "-12,50")  # noqa: E731
    text = proposed(write(tmp_path, facturas_csv=lines("Factura;Cliente;Fecha;Importe", row)))
    assert '# amount = "Importe"' in text


def policies(header, row):
    return lines(
        f"policy_no,holder_no,effective_from,{header}",
        lambda i: (f"P{i}", f"H{i % 25}", "2023-03-01", *row(i)),
        40,
        ",",
    )


def test_the_end_that_only_some_contracts_have_is_no_term(tmp_path):
    row = lambda i: ("2027-03-01", "2024-05-15" if i % 4 == 0 else "", "yes")  # noqa: E731
    listed = policies("end_date,date_of_termination,auto_renewal", row)
    text, tables = proposed_and_loaded(write(tmp_path, policies_csv=listed))
    assert 'ended_at = "date_of_termination"' in text
    assert tables["subscriptions"]["event"].value_counts().sort("event")["count"].to_list() == [10, 40]


def test_valid_until_2999_is_no_end(tmp_path):
    row = lambda i: ("2024-03-31" if i % 4 == 0 else "2999-12-31", "18.50")  # noqa: E731
    _, tables = proposed_and_loaded(write(tmp_path, policies_csv=policies("effective_to,premium_monthly", row)))
    changes = tables["subscriptions"]
    assert changes.filter(changes["event"] == "end")["occurred_at"].dt.date().unique().to_list() == [
        date(2024, 3, 31)
    ]


def test_a_cancellation_to_come_is_no_request(tmp_path):
    def row(i):
        ended = i % 4 == 0
        return "" if ended else "2027-06-01", "2024-05-05" if ended else "", "2024-05-15" if ended else ""

    text = proposed(write(tmp_path, policies_csv=policies("cancel_at,canceled_at,ended_at", row)))
    assert 'cancel_requested_at = "canceled_at"' in text


def test_a_change_of_the_fee_is_no_fee(tmp_path):
    kinds = [("New Business", 50, 50), ("Expansion", 20, 70), ("Churn", -70, 0)]
    row = lambda i: (f"c{i // 3}", f"2024-0{1 + i % 3}-05", *kinds[i % 3])  # noqa: E731
    header = "Customer ID,Date,Type,MRR Movement,New MRR"
    _, tables = proposed_and_loaded(write(tmp_path, activities_csv=lines(header, row, 39, ",")))
    assert tables["subscriptions"]["amount_monthly"].to_list().count(70.0) == 13
    assert tables["subscriptions"]["event"].value_counts()["count"].to_list() == [13, 13, 13]


def test_appointments_that_were_cancelled_are_no_contacts(tmp_path):
    def row(i):
        return f"u{i}", f"N{i % 9}", f"c{i % 9}@x.org", "Demo", f"{when()}", "true" if i % 4 == 0 else "false"

    header = "Event UUID,Invitee Name,Invitee Email,Event Type Name,Start Date & Time,Canceled"
    _, tables = proposed_and_loaded(write(tmp_path, events_csv=lines(header, row, separator=",")))
    assert tables["touchpoints"].height == 30
    assert tables["touchpoints"]["touchpoint"].unique().to_list() == ["Demo"]


def test_a_paid_order_that_was_cancelled_does_not_count_though_payments_have_a_status(tmp_path):
    def row(i):
        status = ("paid", "paid", "voided", "pending")[i % 4]
        return (
            f"#{i}",
            f"c{i % 9}@x.org",
            status,
            f"{when()}",
            "10.00",
            "2024-12-01 10:00:00" if i % 8 == 0 else "",
        )

    header = "Name,Email,Financial Status,Created at,Total,Cancelled at"
    _, tables = proposed_and_loaded(write(tmp_path, orders_csv=lines(header, row, separator=",")))
    assert tables["orders"].height == 15


def test_a_proforma_is_neither_a_sale_nor_a_return(tmp_path):
    kinds = (("Factura", "10,00"), ("Rectificativa", "-10,00"), ("Proforma", "10,00"))
    row = lambda i: (f"F{i}", kinds[i % 3][0], f"{30000000 + i % 9}X", f"{when():%d/%m/%Y}", kinds[i % 3][1])  # noqa: E731
    header = "Nº factura;Tipo;NIF cliente;Fecha expedición;Total factura"
    _, tables = proposed_and_loaded(write(tmp_path, facturas_csv=lines(header, row, 39)))
    assert tables["orders"]["is_return"].value_counts()["count"].to_list() == [13, 13]


def test_the_status_that_a_contract_changes_to_is_the_event(tmp_path):
    def row(i):
        before, after = (("", "started"), ("started", "ended"))[i % 2]
        return f"S{i // 2}", f"C{i // 2}", f"2024-0{1 + i % 2}-05", before, after

    header = "subscription_id,customer_id,changed_at,status_from,status_to"
    _, tables = proposed_and_loaded(write(tmp_path, subscription_history_csv=lines(header, row, separator=",")))
    assert tables["subscriptions"]["event"].value_counts().sort("event")["count"].to_list() == [20, 20]
