"""Exports that mix kinds: several metrics, ids of two widths, numbers that recur, lists within rows."""

# ruff: noqa: E731 - rows are short

import json

import polars as pl
import pytest

from lealtad.sources.recognition.columns.answer_labels import read_labels
from lealtad.sources.recognition.columns.names import read_ideas
from tests.sources.exports import DRAWS, lines, loaded, orders, proposed, proposed_and_loaded, when, write

FORM = "respuesta;cliente;fecha;¿Recomendaría la tienda?;{}"


def answer(scores):
    return lambda i: (f"R{i}", f"C{i % 25}", f"{when():%d/%m/%Y %H:%M:%S}", i % 11, scores[i % len(scores)])


@pytest.mark.parametrize(
    ("question", "scores", "total"),
    [
        ("¿Cómo valoras tu compra?", [1, 2, 3, 4, 5], 120),
        ("¿Cómo calificaría la atención?", ["Muy mala", "Mala", "Regular", "Buena", "Muy buena"], 120),
        (
            "Satisfacción",
            [f"{how} satisfecho" for how in ("Nada", "Poco", "Algo", "Bastante", "Muy")],
            120,
        ),
        (
            "¿Cuál es su grado de satisfacción?",
            [
                "Extremadamente insatisfecho",
                "Algo insatisfecho",
                "Ni satisfecho ni insatisfecho",
                "Algo satisfecho",
                "Extremadamente satisfecho",
            ],
            120,
        ),
    ],
)
def test_every_question_of_a_form_is_read(tmp_path, question, scores, total):
    form = lines(FORM.format(question), answer(scores))
    _, tables = proposed_and_loaded(write(tmp_path, encuesta_csv=form))
    surveys = tables["surveys"]
    asked = surveys.filter(surveys["metric"] == "csat")
    assert (asked.height, asked["score"].sum(), asked["scale_max"].unique().to_list()) == (40, total, [5])
    assert surveys.filter(surveys["metric"] == "nps")["score"].sum() == sum(i % 11 for i in range(40))


def test_a_question_of_no_metric_is_asked(tmp_path):
    text = proposed(
        write(tmp_path, encuesta_csv=lines(FORM.format("¿Cómo fue el trato?"), answer([1, 2, 3, 4, 5])))
    )
    assert '"¿Cómo fue el trato?" seems to be a further question' in text


def test_somewhat_satisfied_has_no_step_where_the_words_beside_it_disagree():
    assert read_labels(["Poco satisfecho", "Algo satisfecho", "Algo insatisfecho"]) is None
    assert read_labels(["Algo satisfecho", "Muy satisfecho"]) is None


def test_faces_beside_words_and_no_answers_are_read():
    assert read_labels(["😡 Muy mal", "😐 Regular", "🙂 Bien"]).scores == {
        "😡 Muy mal": 1,
        "😐 Regular": 3,
        "🙂 Bien": 4,
    }
    assert read_labels(["No sabe / No contesta", "10", "99"]).scores == {"No sabe / No contesta": None, "99": None}


def test_each_metric_of_one_column_has_its_own_scale(tmp_path):
    kinds = ["NPS", "CSAT"]
    row = lambda i: (
        f"R{i}",
        kinds[i % 2],
        i % 11 if i % 2 == 0 else 1 + i % 5,
        f"c{i % 9}@x.org",
        f"{when():%Y-%m-%d %H:%M}",
    )
    _, tables = proposed_and_loaded(
        write(tmp_path, responses_csv=lines("Response ID,Survey Type,Score,Email,Responded At", row, 40, ","))
    )
    assert set(tables["surveys"].select("metric", "scale_min", "scale_max").unique().iter_rows()) == {
        ("nps", 0, 10),
        ("csat", 1, 5),
    }


def test_a_second_header_row_that_names_few_columns_is_no_answer(tmp_path):
    form = lines(FORM.format("¿Cómo calificaría la atención?"), answer(["Mala", "Regular", "Buena"])).split(
        "\n", 1
    )
    text, tables = proposed_and_loaded(write(tmp_path, encuesta_csv=f"{form[0]}\n;;;;Response\n{form[1]}"))
    assert "skip_rows = 1" in text
    assert tables["surveys"].height == 80


def test_lower_case_compounds_are_words():
    assert read_ideas("customerid") == {"customer", "id"}
    assert [read_ideas(name) for name in ("format", "valid", "casino")] == [{"format"}, {"valid"}, {"casino"}]


def test_ids_padded_to_ten_digits_join_those_of_six(tmp_path):
    customers = lines("Cliente;Fecha alta", lambda i: (100000 + i, "15/03/2022"), 29)
    sales = orders(customer=lambda i: f"{100000 + i % 29:010}")
    text, tables = proposed_and_loaded(write(tmp_path, clientes_csv=customers, pedidos_csv=sales))
    assert 'ids.customer_id = "10 digits"' in text
    assert set(tables["orders"]["customer_id"]) <= set(tables["customers"]["customer_id"])


def test_customers_of_two_files_are_those_of_orders(tmp_path):
    header = "Email Address,First Name,Last Name,OPTIN_TIME,CONFIRM_TIME,LEID{}"
    member = lambda first, more=(): (
        lambda i: (f"c{first + i}@x.org", "N", "A", "2023-01-05 10:00:00", "2023-01-05 10:00:00", i, *more)
    )
    text = proposed(
        write(
            tmp_path,
            subscribed_csv=lines(header.format(""), member(0), 25, ","),
            cleaned_csv=lines(header.format(",CLEAN_TIME"), member(25, ("2024-01-05 10:00:00",)), 4, ","),
            pedidos_csv=orders(customer=lambda i: f"c{i % 29}@x.org"),
        )
    )
    assert "how do they join" not in text


def test_a_number_counts_within_its_series(tmp_path):
    header = "Serie;Número;Fecha;Cód. cliente;Base imponible;Total factura"
    row = lambda i: ("AB"[i % 2], i // 2, f"{when():%d/%m/%Y}", f"C{i % 9}", "10,00", "12,10")
    text, tables = proposed_and_loaded(write(tmp_path, facturas_csv=lines(header, row)))
    assert "both together identify a document" in text
    assert (tables["orders"].height, tables["orders"]["amount"].sum()) == (40, pytest.approx(484))


def test_the_amount_is_the_one_after_the_discount(tmp_path):
    header = "Order ID,Customer ID,Date,Gross Sales,Discounts,Net Sales"
    row = lambda i: (
        f"P{i}",
        f"C{i % 9}",
        f"{when():%Y-%m-%d}",
        "$12.50",
        "-$2.50" if i % 4 == 0 else "$0.00",
        "$10.00" if i % 4 == 0 else "$12.50",
    )
    _, tables = proposed_and_loaded(write(tmp_path, orders_csv=lines(header, row, 40, ",")))
    assert tables["orders"]["amount"].sum() == 10 * 10 + 30 * 12.5


def test_the_amount_is_in_the_currency_of_the_order(tmp_path):
    header = (
        "increment_id,customer_id,created_at,base_grand_total,grand_total,order_currency_code,base_currency_code"
    )
    row = lambda i: (10000 + i, f"C{i % 9}", f"{when():%Y-%m-%d %H:%M:%S}", "10.5000", "12.0000", "USD", "EUR")
    text = proposed(write(tmp_path, sales_order_csv=lines(header, row, 40, ",")))
    assert 'amount = "grand_total"' in text
    assert 'currency = "order_currency_code"' in text


def test_captures_and_refunds_count_and_authorizations_do_not(tmp_path):
    kinds = ["authorization", "capture", "refund"]
    header = "Id,Order,Email,Created At,Kind,Amount"
    row = lambda i: (
        f"T{i}",
        f"#{1000 + i // 3}",
        f"c{i % 9}@x.org",
        f"{when():%Y-%m-%d %H:%M:%S}",
        kinds[i % 3],
        "12.50",
    )
    _, tables = proposed_and_loaded(write(tmp_path, transactions_csv=lines(header, row, 60, ",")))
    assert tables["orders"]["is_return"].to_list().count(True) == tables["orders"].height / 2 == 20


def test_payments_beside_their_invoices_are_asked(tmp_path):
    header = "Id;Cliente;Fecha;Tipo documento;Importe"
    kinds = ["Factura", "Cobro", "Abono"]
    text = proposed(
        write(
            tmp_path,
            facturas_csv=lines(header, lambda i: (i, f"C{i % 9}", f"{when():%d/%m/%Y}", kinds[i % 3], "12,50")),
        )
    )
    assert 'is "Cobro"?' in text


def test_a_price_beside_a_quantity_is_no_amount_of_an_order(tmp_path):
    header = "Ticket;Cliente;Fecha;Uds;{}"
    row = lambda i: (f"T{i}", f"C{i % 9}", f"{when():%d/%m/%Y}", 1 + i % 3, "12,50")
    assert '# amount = "Precio"' in proposed(write(tmp_path, ventas_csv=lines(header.format("Precio"), row)))
    _, tables = proposed_and_loaded(write(tmp_path, ventas_csv=lines(header.format("Precio unitario"), row)))
    assert tables["orders"]["amount"].sum() == sum(12.5 * (1 + i % 3) for i in range(40))


def test_a_bare_card_is_asked_and_a_card_that_pays_is_no_customer(tmp_path):
    header, card = (
        "Ticket;Tarjeta;Fecha;Importe",
        lambda number: lambda i: (f"T{i}", number(i), f"{when():%d/%m/%Y}", "12,50"),
    )
    assert '# customer_id = "Tarjeta"' in proposed(
        write(tmp_path, ventas_csv=lines(header, card(lambda i: f"29{i % 9:04}")))
    )
    paid = proposed(write(tmp_path, ventas_csv=lines(header, card(lambda i: f"45678901234567{i % 9:02}"))))
    assert "[sources.orders]" not in paid.replace("write [sources.orders]", "")


def test_events_belong_to_the_id_that_recurs(tmp_path):
    DRAWS.seed("braze")
    row = lambda i: {
        "id": f"e{i}",
        "event_type": "Email Click" if i % 2 else "Email Open",
        "user_id": f"{i:024x}",
        "external_user_id": f"u{i % 9}",
        "time": 1704448000 + i * 3600,
        "campaign_name": "Promo",
    }
    _, tables = proposed_and_loaded(write(tmp_path, events_jsonl="\n".join(json.dumps(row(i)) for i in range(40))))
    assert tables["touchpoints"]["customer_id"].n_unique() == 9


def test_messages_belong_to_the_contact_and_not_to_the_sender(tmp_path):
    ways = [("Inbound", "c{}@x.org", "we@x.org"), ("Outbound", "we@x.org", "c{}@x.org")]
    row = lambda i: (
        f"m{i}",
        *(part.format(i % 9) for part in ways[i % 2]),
        f"{when():%Y-%m-%d %H:%M:%S}",
        f"c{i % 9}@x.org",
    )
    _, tables = proposed_and_loaded(
        write(
            tmp_path, messages_csv=lines("Message ID,Direction,From,To,Message date,Contact handle", row, 40, ",")
        )
    )
    assert tables["touchpoints"]["customer_id"].n_unique() == 9
    assert set(tables["touchpoints"]["touchpoint"]) == {"message"}


def test_calls_without_an_event_are_left_out(tmp_path):
    row = lambda i: {
        "messageId": f"m{i}",
        "type": "track" if i % 2 else "identify",
        "event": "Order Completed" if i % 2 else None,
        "userId": f"u{i % 9}",
        "timestamp": f"{when():%Y-%m-%dT%H:%M:%SZ}",
        "receivedAt": "2024-12-31T10:00:00Z",
    }
    _, tables = proposed_and_loaded(
        write(tmp_path, segment_jsonl="\n".join(json.dumps(row(i)) for i in range(40)))
    )
    assert tables["touchpoints"].height == 20


@pytest.mark.parametrize(
    ("name", "header", "row", "asked"),
    [
        (
            "ventas_csv",
            "Fecha;Nº ticket;Cliente;Total",
            lambda i: (f"{1 + i // 5:02}/03/2024", i % 5, f"C{i % 9}", "12,50"),
            "starts again",
        ),
        (
            "pedidos_csv",
            "Pedido;Cliente;Fecha;Estado;Importe",
            lambda i: (
                f"P{i // 2}",
                f"C{i // 2 % 9}",
                f"{1 + i % 28:02}/03/2024",
                ["Creado", "Pagado"][i % 2],
                "12,50",
            ),
            "it has a row per status",
        ),
        (
            "pedidos_csv",
            "Pedido;Cliente;Fecha prevista de entrega;Importe",
            lambda i: (f"P{i}", f"C{i % 9}", "05/03/2024", "12,50"),
            "was planned",
        ),
    ],
)
def test_what_identifies_or_dates_an_order_is_asked_with_its_keys(tmp_path, name, header, row, asked):
    text = proposed(write(tmp_path, **{name: lines(header, row)}))
    assert asked in " ".join(text.replace("\n#  ", " ").split())
    assert any(keys in text for keys in ("[sources.orders] with", 'order_id = "Pedido"'))


def test_the_log_of_a_web_server_is_called_so(tmp_path):
    log = '203.0.113.1 - - [05/Jan/2024:10:00:00 +0000] "GET /a HTTP/1.1" 200 9 "-" "Mozilla"\n' * 9
    assert "the log of a web server" in proposed(write(tmp_path, access_txt=log))


def test_a_list_of_orders_within_customers_is_asked_and_its_query_reads_all(tmp_path):
    placed = [
        [{"order_id": f"o{i}-{j}", "created_at": "2024-01-05", "total": 2.5} for j in range(3)] for i in range(9)
    ]
    rows = [{"customer_id": f"C{i}", "signup_date": "2022-03-01", "orders": placed[i]} for i in range(9)]
    text = proposed(write(tmp_path, customers_json=json.dumps(rows)))
    assert "orders[0].total" not in text.partition("# Left out")[0]
    query = " ".join(text.replace("\n#  ", " ").split()).partition('query = """')[2].partition('"""')[0]
    section = f'\n[sources.orders]\nfiles = "customers.json"\nquery = """{query}"""\n'
    mapped = 'columns = { ordered_at = "created_at", amount = "total" }\n'
    (tmp_path / "lealtad.toml").write_text(text + section + mapped, "utf-8")
    tables, rejected = loaded(tmp_path)
    assert (rejected.height, tables["orders"].height, tables["orders"]["amount"].sum()) == (0, 27, 67.5)


def test_a_list_of_items_with_any_names_has_a_query_that_runs(tmp_path):
    placed = [{"order id": "o1", "customer_id": "C1", "it's": 1, "total": 2.5, "lines": [{"sku": "a"}]}]
    rows = [{"customer_id": f"C{i}", "signup_date": "2022-03-01", "orders": placed} for i in range(9)]
    text = proposed(write(tmp_path, customers_json=json.dumps(rows)))
    assert 'or "orders[0]' not in text
    names, found = run_query(text, pl.DataFrame({"customer_id": ["C7"], "orders": [json.dumps(placed)]}))
    assert (names, found) == (["customer_id", "order id", "it's", "total"], [("C7", "o1", "1", "2.5")])


def test_a_list_that_only_holds_lists_has_no_query(tmp_path):
    placed = [{"lines": [{"sku": "a"}]}]
    rows = [{"customer_id": f"C{i}", "signup_date": "2022-03-01", "orders": placed} for i in range(9)]
    assert "select customer_id, from" not in " ".join(
        proposed(write(tmp_path, customers_json=json.dumps(rows))).replace("\n#  ", " ").split()
    )


def run_query(text, rows):
    import duckdb

    query = " ".join(text.replace("\n#  ", " ").split()).partition('query = """')[2].partition('"""')[0]
    with duckdb.connect() as database:
        database.register("rows", rows.to_arrow())
        answer = database.execute(query)
        return [column[0] for column in answer.description], answer.fetchall()


STATUSES = ["Creado", "Pagado"]


def test_the_last_row_of_an_order_is_the_last_in_time_and_not_as_text(tmp_path):
    row = lambda i: (f"P{i // 2}", f"C{i // 2 % 9}", f"{13 + i % 16:02}/03/2024", STATUSES[i % 2], "12,50")
    text = proposed(write(tmp_path, pedidos_csv=lines("Pedido;Cliente;Fecha;Estado;Importe", row)))
    rows = {"Pedido": ["P1", "P1"], "Fecha": ["31/01/2024", "01/02/2024"], "Estado": STATUSES}
    assert run_query(text, pl.DataFrame(rows))[1] == [("P1", "01/02/2024", "Pagado")]


def test_rows_per_status_have_no_query_if_their_days_do_not_sort_as_text(tmp_path):
    row = lambda i: (f"P{i // 2}", f"C{i // 2 % 9}", f"{1 + i % 28:02}-Mar-2024", STATUSES[i % 2], "12,50")
    text = proposed(write(tmp_path, pedidos_csv=lines("Pedido;Cliente;Fecha;Estado;Importe", row)))
    assert 'a query that keeps the row of the last "Fecha"' in " ".join(text.replace("\n#  ", " ").split())


def test_changes_of_tickets_by_days_that_do_not_sort_as_text_are_asked(tmp_path):
    header = "ticket_id,customer_id,created_at,updated_at,status,subject"
    row = lambda i: (f"T{i // 2}", f"C{i % 9}", "2024-01-05", f"{1 + i % 28:02}-Mar-2024", "open", "a")
    text = proposed(write(tmp_path, tickets_csv=lines(header, row, 40, ",")))
    assert "row_number" not in text
    assert "select the row that counts with a query" in " ".join(text.replace("\n#  ", " ").split())


def test_a_number_that_starts_again_is_paired_whatever_it_is_called(tmp_path):
    row = lambda i: (i % 5, f"C{i % 9}", f"{1 + i // 5:02}/03/2024", "12,50")
    text = proposed(write(tmp_path, ventas_csv=lines("Number;Customer;Date;Total", row)))
    assert 'order_id = "Date Number"' in " ".join(text.replace("\n#  ", " ").split())
    names, found = run_query(text, pl.DataFrame({"Number": ["1", None, ""], "Date": ["2024-03-01"] * 3}))
    assert names == ["Date Number", "Number", "Date"]
    assert [row[0] for row in found] == ["2024-03-01-1", None, None]


def test_documents_of_no_series_are_one_of_their_own(tmp_path):
    header = "Serie;Número;Fecha;Cód. cliente;Base imponible;Total factura"
    row = lambda i: (("", "R")[i % 2], i // 2, f"{when():%d/%m/%Y}", f"C{i % 9}", "10,00", "12,10")
    _, tables = proposed_and_loaded(write(tmp_path, facturas_csv=lines(header, row)))
    assert {"0", "R-0", "19", "R-19"} < set(tables["orders"]["order_id"])
    assert tables["orders"].height == 40


def test_answers_that_name_no_metric_are_left_out_and_said_so(tmp_path):
    asked = (("NPS", 10), (" CSAT ", 5), ("", 3), ("CSAT", 1))
    row = lambda i: (f"R{i}", f"C{i % 25}", f"{1 + i % 28:02}/03/2024", *asked[i % 4])
    text, tables = proposed_and_loaded(write(tmp_path, encuestas_csv=lines("id;cliente;fecha;métrica;nota", row)))
    assert '25% of its rows name no metric in "métrica"; they are left out.' in text
    assert sorted(tables["surveys"]["metric"].unique_counts()) == [10, 20]


def test_rows_of_a_series_without_a_number_are_no_document(tmp_path):
    header = "Serie;Número;Fecha;Cód. cliente;Base imponible;Total factura"
    row = lambda i: ("AB"[i % 2], i // 2 if i else "", f"{when():%d/%m/%Y}", f"C{i % 9}", "10,00", "12,10")
    proposed(write(tmp_path, facturas_csv=lines(header, row, 200)))
    tables, rejected = loaded(tmp_path)
    assert (tables["orders"].height, rejected.height) == (199, 1)


@pytest.mark.parametrize("refunded", [{4}, {4, 8}])
def test_a_column_that_few_rows_fill_is_not_the_amount(tmp_path, refunded):
    header = "Order ID,Customer ID,Date,Gross Sales,Discounts,Paid Back"
    row = lambda i: (
        f"P{i}",
        f"C{i % 9}",
        f"{when():%Y-%m-%d}",
        "12.50",
        "2.50" if i % 4 == 0 else "0.00",
        "10.00" if i in refunded else "",
    )
    text = proposed(write(tmp_path, orders_csv=lines(header, row, 40, ",")))
    assert 'amount = "Paid Back"' not in text


def test_lakhs_are_numbers(tmp_path):
    header = "Order No,Customer Code,Order Date,Order Value"
    row = lambda i: (i, f"C{i % 9}", f"{when():%d-%b-%Y}", '"₹1,23,456.50"')
    _, tables = proposed_and_loaded(write(tmp_path, orders_csv=lines(header, row, 40, ",")))
    assert tables["orders"]["amount"].sum() == 40 * 123456.5
