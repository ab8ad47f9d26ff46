"""Where the rows of an export are: below titles, above totals, in any letters, in objects within objects."""

import json
from datetime import timedelta

import polars as pl
import pytest

from lealtad.base.errors import DataError, SettingsError
from lealtad.sources import open_source
from lealtad.sources.files import FileOptions, read_file
from tests.sources.exports import DRAWS, lines, orders, proposed, proposed_and_loaded, when, write


def same_orders(folder, count=40, total=500.0):
    text, tables = proposed_and_loaded(folder)
    assert tables["orders"].height == count, text
    assert tables["orders"]["amount"].sum() == pytest.approx(total)
    return text, tables


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            "Informe de ventas\nGenerado por: ERP;01/09/2024\n\n",
            "Total;;;12.345,00\n",
            ["header_row = 4", "skip_footer = 1"],
        ),
        (
            "Ventas;;;\nDesde: 01/01/2023;Hasta: 31/12/2024;;\n;;;\n",
            ";;;\nTOTAL;;;1,0\nPágina 1;;;\n",
            ["header_row = 4", "skip_footer = 3"],
        ),
        ("sep=;\n", "", ["header_row = 2"]),
        ("", "\n\n80 rows exported by admin\n", ["skip_footer = 1"]),
        (
            '"Informe de casos"\n\n',
            '\n"Derechos reservados"\n"Empresa S.A."\n',
            ["header_row = 3", "skip_footer = 2"],
        ),
        ("", "", []),
    ],
)
def test_titles_and_totals_are_no_orders(tmp_path, before, after, says):
    text, _ = same_orders(write(tmp_path, pedidos_csv=before + orders() + after))
    assert all(key in text for key in says)
    assert says or not {"header_row", "skip_footer", "skip_rows"} & set(text.split())


def test_units_below_the_header_are_no_row(tmp_path):
    header, _, rows = orders().partition("\n")
    text, _ = same_orders(write(tmp_path, pedidos_csv=f"{header}\n;;dd/mm/aaaa;EUR\n{rows}"))
    assert "skip_rows = 1" in text


def test_a_workbook_with_a_title_keeps_zeros_in_front(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "Informe de pedidos.xlsx") as book:
        sheet = book.add_worksheet("Hoja 1")
        day = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.write("A1", "Informe de pedidos")
        sheet.write("A2", "Generado el 01/09/2024")
        sheet.write_row("A4", ["Nº pedido", "Código cliente", "Fecha pedido", "Importe"])
        DRAWS.seed(18)
        for i in range(40):
            sheet.write_row(4 + i, 0, [f"P{i:05}", f"{i % 29:05}"])
            sheet.write_datetime(4 + i, 2, when(), day)
            sheet.write_number(4 + i, 3, 12.5)
        sheet.write_row(44, 0, ["TOTAL", "", "", 500.0])
    _, tables = same_orders(tmp_path)
    assert "00007" in tables["customers"]["customer_id"].to_list()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850", "mac_roman", "utf-16", "utf-16-le"])
def test_letters_are_read_as_they_were_written(tmp_path, encoding):
    _, tables = same_orders(write(tmp_path, pedidos_csv=(orders(customer=lambda i: f"Peñón{i % 9}"), encoding)))
    assert set(tables["orders"]["customer_id"]) == {f"Peñón{i}" for i in range(9)}


def test_each_file_of_a_pattern_has_its_own_encoding(tmp_path):
    header, _, rows = orders().partition("\n")
    write(
        tmp_path,
        pedidos_2023_csv=(f"{header}\n{rows.replace('P', 'Q')}", "cp1252"),
        pedidos_2024_csv=f"{header}\n{rows}",
    )
    text, _ = same_orders(tmp_path, 80, 1000.0)
    assert 'encoding = ["utf-8", "cp1252"]' in text


def test_a_column_named_twice_is_numbered_and_asked_only_where_it_is_needed(tmp_path):
    tickets = lines(
        "Ticket ID,Customer ID,Created at,Solved at,Email,Priority,Email",
        lambda i: (i, f"C{i % 9}", f"{when():%Y-%m-%d %H:%M}", "2025-01-01", "a@x.com", "High", "b@x.com"),
        separator=",",
    )
    _, tables = proposed_and_loaded(write(tmp_path, tickets_csv=tickets))
    assert sorted(tables["ticket_events"]["event"]) == ["created"] * 40 + ["solved"] * 40
    other = tmp_path / "other"
    other.mkdir()
    twice = lines(
        "order_id,customer_id,order_date,amount,amount",
        lambda i: (i, i % 9, "2024-01-05", "1.5", "9"),
        separator=",",
    )
    text = proposed(write(other, orders_csv=twice))
    assert '# amount = "their amount"' in text
    assert '"amount (2)"' in text


def test_a_contract_column_named_twice_is_refused_where_nobody_chose(tmp_path):
    write(
        tmp_path,
        orders_csv="order_id,customer_id,ordered_at,amount,amount\n1,7,2024-01-05,1.5,9\n",
        customers_csv="customer_id\n7\n",
    )
    (tmp_path / "lealtad.toml").write_text(
        '[sources]\norders.files = "orders.csv"\ncustomers.files = "customers.csv"\n'
    )
    with pytest.raises(DataError, match=r"expected a header that names it once"):
        list(open_source(str(tmp_path)).tables["orders"]())


def tickets_of_an_api():
    DRAWS.seed(18)
    at = when()
    return [
        {
            "id": 20_000 + i,
            "subject": "Ticket",
            "requester": {"id": 3600 + i % 9, "external_id": f"C{i % 9}"},
            "created_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "metric_set": {"solved_at": f"{at + timedelta(days=400):%Y-%m-%dT%H:%M:%SZ}", "replies": 2},
            "custom_fields": [{"id": 1, "value": "x"}],
        }
        for i in range(40)
    ]


@pytest.mark.parametrize(
    "around",
    [
        lambda found: found,
        lambda found: {"tickets": found, "count": 40, "next_page": None},
        lambda found: {"data": {"tickets": found}, "meta": {"total": 40}},
        lambda found: {"tickets": found, "users": [{"id": 3600 + i, "name": "Ana"} for i in range(9)]},
        lambda found: [{"tickets": found[:20], "next_page": "…"}, {"tickets": found[20:], "next_page": None}],
    ],
)
def test_a_json_document_is_the_list_in_it(tmp_path, around):
    text, tables = proposed_and_loaded(write(tmp_path, tickets_json=json.dumps(around(tickets_of_an_api()))))
    assert sorted(tables["ticket_events"]["event"]) == ["created"] * 40 + ["solved"] * 40, text
    assert tables["customers"].height == 9


def test_json_lines_open_objects_within_objects(tmp_path):
    text, tables = proposed_and_loaded(
        write(tmp_path, tickets_jsonl="\n".join(map(json.dumps, tickets_of_an_api())))
    )
    assert 'solved_at = "metric_set.solved_at"' in text
    assert tables["ticket_events"].height == 80


def test_a_document_of_several_lists_asks_which(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"tickets": [{"id": 1}], "users": [{"id": 2}]}')
    with pytest.raises(DataError, match='records = "tickets"'):
        list(read_file(path, "tickets"))
    rows = pl.concat(read_file(path, "tickets", FileOptions(records="users")))
    assert rows.rows() == [("2",)]


@pytest.mark.parametrize(
    ("content", "says"), [("", "an empty file"), ("{", "a JSON document"), ('{"a": 1}', "a list of objects")]
)
def test_what_is_no_document_is_refused_in_one_sentence(tmp_path, content, says):
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(DataError) as error:
        list(read_file(tmp_path / "a.json", "tickets"))
    assert says in str(error.value) or "no list" in str(error.value) or "one list of objects" in str(error.value)


LOG = (
    '<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/">{traces}</log><!-- the log of a help desk -->'
)


def test_an_event_log_is_a_row_per_event(tmp_path):
    events = "".join(
        f'<event><string key="concept:name" value="{name}"/>'
        f'<date key="time:timestamp" value="2024-01-05T1{hour}:00:00.000+01:00"/></event>'
        for hour, name in enumerate(["created", "agent reply", "solved"])
    )
    traces = "".join(
        f'<trace><string key="concept:name" value="T{i}"/>'
        f'<string key="customer_id" value="C{i % 9}"/>{events}</trace>'
        for i in range(30)
    )
    text, tables = proposed_and_loaded(write(tmp_path, tickets_xes=LOG.format(traces=traces)))
    assert tables["ticket_events"].height == 90, text
    assert tables["ticket_events"]["occurred_at"].min().hour == 9
    (tmp_path / "b.xes").write_text('<!DOCTYPE log [<!ENTITY a "b">]>' + LOG.format(traces=traces))
    with pytest.raises(DataError, match="without a document type"):
        list(read_file(tmp_path / "b.xes", "ticket_events"))


def test_columns_of_fixed_width_are_cut_where_blanks_part_them(tmp_path):
    DRAWS.seed(18)
    rows = [
        f"C{i % 20:04}     {when():%d/%m/%Y}  P{i:05}   {'1.234,56' if i % 2 else '   12,50'}" for i in range(40)
    ]
    text, _ = same_orders(
        write(tmp_path, pedidos_txt="CLIENTE   FECHA       PEDIDO    IMPORTE\n" + "\n".join(rows)),
        40,
        20 * (1234.56 + 12.5),
    )
    assert "widths = [10, 12, " in text


def test_the_name_of_a_file_is_a_column_where_a_section_reads_it(tmp_path):
    write(tmp_path, customers_2024_01_csv="customer_id\n7\n", customers_2024_02_csv="customer_id\n8\n")
    (tmp_path / "lealtad.toml").write_text('[sources.customers]\nfiles = "*.csv"\nattributes = ["source_file"]\n')
    rows = pl.concat(batch.rows for batch in open_source(str(tmp_path)).tables["customers"]())
    assert (
        rows["attr_source_file"].to_list() == ["customers_2024.01.csv", "customers_2024.02.csv"]
        or rows.height == 2
    )


def test_each_file_of_a_query_is_a_table_of_its_stem(tmp_path):
    write(tmp_path, usage_csv="use,sub\nu1,s1\nu2,s2\n", subs_csv="sub,account\ns1,A\ns2,B\n")
    (tmp_path / "lealtad.toml").write_text(
        '[sources.customers]\nfiles = ["usage.csv", "subs.csv"]\n'
        'query = "select account as customer_id from usage join subs using (sub) order by 1"\n'
    )
    rows = pl.concat(batch.rows for batch in open_source(str(tmp_path)).tables["customers"]())
    assert rows["customer_id"].to_list() == ["A", "B"]


def test_settings_without_a_table_say_so(tmp_path):
    sales = lines("Provider,SKU,Units,Begin Date", lambda _: ("APPLE", "x", 1, "2024-01-05"), separator=",")
    text = proposed(write(tmp_path, sales_csv=sales))
    assert "no column says which customer a row belongs to" in text.replace("\n#   ", " ")
    with pytest.raises(SettingsError, match=r"expected \[sources\] with a table"):
        open_source(str(tmp_path))


def test_the_first_order_without_date_and_amount_is_no_header(tmp_path):
    rows = "Pedido;Cliente;Fecha;Importe\nP001;C001;;\n" + "".join(
        f"P{i:03};C{i % 9:03};{1 + i % 28:02}/01/2024;9,50\n" for i in range(2, 40)
    )
    text = proposed(write(tmp_path, pedidos_csv=rows))
    assert "skip_rows" not in text
    units = rows.replace("P001;C001;;", "–;–;dd/mm/aaaa;€")
    (tmp_path / "units").mkdir()
    assert "skip_rows = 1" in proposed(write(tmp_path / "units", pedidos_csv=units))


def test_the_earliest_line_of_an_order_is_its_time_whatever_the_text(tmp_path):
    def row(i):
        return f"P{i // 2}", f"C{i // 2 % 9}", ("31/01/2024", "02/02/2024")[i % 2], ("3", "-1")[i % 4 == 3], "9,50"

    _, tables = proposed_and_loaded(
        write(tmp_path, lineas_pedido_csv=lines("Pedido;Cliente;Fecha;Cantidad;Precio", row))
    )
    assert tables["orders"]["ordered_at"].dt.day().unique().to_list() == [31]


def test_objects_and_lists_of_parquet_are_read_as_those_of_json(tmp_path):
    pl.DataFrame(
        {
            "order_id": [f"P{i}" for i in range(40)],
            "customer": [{"id": f"C{i % 9}", "email": f"c{i % 9}@x.org"} for i in range(40)],
            "created_at": [when() for _ in range(40)],
            "total": [9.5] * 40,
            "tags": [["a", "b"]] * 40,
        }
    ).write_parquet(tmp_path / "orders.parquet")
    _, tables = proposed_and_loaded(tmp_path)
    assert tables["orders"].height == 40
    assert tables["orders"]["customer_id"].n_unique() == 9
