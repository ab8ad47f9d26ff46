"""Numbers and dates as people write them: read where they are certain, asked where they may be two things."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.sources.contract import Reading
from lealtad.sources.contract.written_months import replace_month_names
from lealtad.sources.contract.written_numbers import read_numbers
from lealtad.sources.contract.written_times import read_instants
from lealtad.sources.recognition.columns.content import describe_content
from lealtad.sources.recognition.columns.numbers import detect_number_format
from tests.sources.exports import lines, loaded, orders, proposed, proposed_and_loaded, when, write

MONTHS = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]


@pytest.mark.parametrize(
    ("amounts", "read"),
    [
        (("1.234,56 €", "12,50 €"), (1234.56, 12.5)),
        (("€ 1.234,56", "€12,50"), (1234.56, 12.5)),
        (("1.234,56 EUR", "12,50- EUR"), (1234.56, -12.5)),
        (("1.234,56-", "12,50"), (-1234.56, 12.5)),
        (("$1,234.50", "($5.00)"), (1234.5, -5.0)),
        (("R$ 1.234,56", "R$ 12,50"), (1234.56, 12.5)),
        (("1 234,56", "12,50"), (1234.56, 12.5)),
        (("1'234.50", "12.50"), (1234.5, 12.5)),
        (("96.990", "1.139.990"), (96990.0, 1139990.0)),
        (("96,990", "1,139,990"), (96990.0, 1139990.0)),
        (("0.990", "1.250"), (0.99, 1.25)),
        (("-12,5", "12"), (-12.5, 12.0)),
    ],
)
def test_amounts_are_read_as_they_are_written(tmp_path, amounts, read):
    text, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=orders(amounts)))
    assert tables["orders"].sort("order_id")["amount"].to_list() == [*read] * 20, text


@pytest.mark.parametrize("amounts", [("96.990", "4.990"), ("96,990", "4,990"), ("990", "4.990")])
def test_amounts_that_may_be_thousands_or_decimals_are_asked(tmp_path, amounts):
    text = proposed(write(tmp_path, pedidos_csv=orders(amounts)))
    question = next(line for line in text.splitlines() if "thousands" in line)
    assert question.startswith("# decimal")
    assert '"Importe"' in question
    assert '# amount = "Importe"' in text


def test_another_column_of_the_file_settles_the_decimal_mark(tmp_path):
    row = lambda i: (i, f"C{i % 9}", "31/01/2024", "96.990", "12,5")  # noqa: E731
    text, tables = proposed_and_loaded(
        write(tmp_path, pedidos_csv=lines("Nº pedido;Cliente;Fecha;Importe;Peso", row))
    )
    assert 'decimal = ","' in text
    assert set(tables["orders"]["amount"]) == {96990.0}


def test_prices_of_lines_that_may_be_thousands_are_asked(tmp_path):
    row = lambda i: (f"P{i // 2}", f"C{i % 9}", "31/01/2024", 2, "96.990")  # noqa: E731
    text = proposed(write(tmp_path, lineas_csv=lines("Nº pedido;Cliente;Fecha;Unidades;Precio", row)))
    assert 'every number of "Precio" reads like 96.990' in text
    assert "# amount = " in text


def test_currencies_side_by_side_and_percentages_for_money_are_asked(tmp_path):
    text = proposed(write(tmp_path, pedidos_csv=orders(("12,50 €", "$13,50"))))
    assert "several currencies" in text
    assert '# amount = "Importe"' in text
    row = lambda i: (i, f"C{i % 9}", "31/01/2024", "10,00", f"{i % 20}%")  # noqa: E731
    other = (
        write(tmp_path / "b", pedidos_csv=lines("Nº pedido;Cliente;Fecha;Importe;Descuento", row))
        if (tmp_path / "b").mkdir() is None
        else None
    )
    text, tables = proposed_and_loaded(other)
    assert '# discount = "Descuento"' in text
    assert "discount" not in tables["orders"].columns


def test_a_number_beside_another_symbol_than_the_declared_one_is_rejected(tmp_path):
    text = orders(("12,50 €",))
    proposed(write(tmp_path, pedidos_csv=text))
    write(tmp_path, pedidos_csv=text.replace("12,50 €", "12,50 $", 1))
    _, rejected = loaded(tmp_path)
    assert rejected["rules"].to_list() == ["amount_is_readable"]


def test_attributes_obey_the_decimal_mark(tmp_path):
    row = lambda i: (f"C{i:04}", "15/03/2022", f"1.{i:03},46", f"{i % 7:05}", ["Jaén", "Madrid"][i % 2])  # noqa: E731
    write(
        tmp_path,
        clientes_csv=lines("Código cliente;Fecha alta;Gasto medio;Tienda;Provincia", row),
        pedidos_csv=orders(),
    )
    _, tables = proposed_and_loaded(tmp_path)
    customers = tables["customers"].sort("customer_id")
    assert customers["attr_gasto_medio"].cast(pl.Float64).to_list() == [
        pytest.approx(1000.46 + i) for i in range(40)
    ]
    assert customers["attr_tienda"][1] == "00001"
    assert set(customers["attr_provincia"]) == {"Jaén", "Madrid"}


WRITINGS = {
    "two digits": lambda at: f"{at:%d/%m/%y %H:%M}",
    "month first": lambda at: f"{at:%m/%d/%Y %I:%M %p}",
    "two digits, month first": lambda at: f"{at:%m/%d/%y}",
    "year first": lambda at: f"{at:%y/%m/%d}",
    "short Spanish": lambda at: f"{at.day} {MONTHS[at.month - 1][:3]} {at.year} {at:%H:%M}",
    "Spanish": lambda at: f"{at.day} de {MONTHS[at.month - 1]} de {at.year}, {at:%H:%M}",
    "English": lambda at: f"{at:%b %d, %Y %I:%M:%S %p}",
    "dashes": lambda at: f"{at:%d-%b-%y}",
    "mail": lambda at: f"{at:%a %d %b %Y %H:%M:%S} +0000",
    "a. m.": lambda at: f"{at:%d/%m/%Y %I:%M:%S} {'a. m.' if at.hour < 12 else 'p. m.'}",
    "CET": lambda at: f"{at:%Y-%m-%d %H:%M:%S} CET",
    "GMT": lambda at: f"{at:%d/%m/%Y %H:%M:%S} GMT+01:00",
    "seconds": lambda at: str(int(at.replace(tzinfo=UTC).timestamp())),
    "milliseconds": lambda at: str(int(at.replace(tzinfo=UTC).timestamp() * 1000)),
    "serial": lambda at: f"{(at - datetime(1899, 12, 30)).total_seconds() / 86400:.6f}",  # noqa: DTZ001
}


@pytest.mark.parametrize("name", WRITINGS)
def test_dates_are_read_as_they_are_written(tmp_path, name):
    times = {}

    def written(at):
        times[f"P{len(times):05}"] = at
        return WRITINGS[name](at)

    _, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=orders(("12,50",), written)))
    read = {row["order_id"]: row["ordered_at"] for row in tables["orders"].iter_rows(named=True)}
    hours = 1 if name in {"CET", "GMT"} else 0
    assert all(
        abs((read[key] - at.replace(tzinfo=UTC)).total_seconds() + hours * 3600) < 86_400 * ("%H" not in name)
        for key, at in times.items()
    )
    assert {read[key].date() for key in read} <= {at.date() for at in times.values()} | {
        read[key].date() for key in read if hours
    }


@pytest.mark.slow
@given(st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31)))  # noqa: DTZ001
def test_a_named_month_means_what_its_number_does(at):
    texts = [
        f"{at.day} {MONTHS[at.month - 1]} {at.year}",
        f"{at:%B} {at.day}, {at.year}",
        f"{at.day}-{at:%b}-{at:%y}",
    ]
    assert replace_month_names(pl.Series(texts)).to_list() == [f"{at:%Y-%m-%d}"] * 3
    assert read_instants(pl.Series([f"{at:%d/%m/%y}"]), Reading(dates="day first"))[0].date() == at.date()


@given(st.integers(-(10**8), 10**8), st.sampled_from([",", "."]), st.sampled_from(["{} €", "€{}", "{}", "EUR {}"]))
def test_what_is_written_is_read(cents, mark, around):
    group = "." if mark == "," else ","
    whole = f"{abs(cents) // 100:,}".replace(",", group)
    text = around.format(f"{'-' if cents < 0 else ''}{whole}{mark}{abs(cents) % 100:02}")
    read = pl.select(read_numbers(pl.lit(pl.Series([text])), mark, ["€", "EUR"])).to_series()[0]
    assert read == pytest.approx(cents / 100)
    detected = detect_number_format(pl.Series([text, f"1{group}000{mark}25"]))
    assert detected.decimal == mark


@pytest.mark.parametrize("text", ["12 apples", "1.2.3", "1,2,3", "--5", "(5", "5 kg"])
def test_what_is_no_number_is_read_as_none(text):
    for mark in (None, ".", ","):
        assert pl.select(read_numbers(pl.lit(pl.Series([text])), mark, ["€"])).to_series()[0] is None


@pytest.mark.parametrize("name", ["Teléfono", "Código cliente", "Importe"])
def test_numbers_are_times_only_where_the_header_says_so(name):
    assert describe_content(pl.Series(name, ["1700000000", "1700000001"])).dates is None
    assert describe_content(pl.Series("created_at", ["1700000000", "1700000001"])).dates.setting == "epoch seconds"


def test_every_time_of_two_zones_is_one(tmp_path):
    write(tmp_path, pedidos_csv=orders(date=lambda at: f"{at:%d/%m/%Y %H:%M} CEST"))
    text, _ = proposed_and_loaded(tmp_path)
    assert "# zone" not in text


def test_of_net_and_total_the_total_was_paid(tmp_path):
    row = lambda i: (f"B{i}", f"{when():%Y-%m-%d}", f"C{i % 9}", "84.03", "100.00")  # noqa: E731
    text = proposed(write(tmp_path, ventas_csv=lines("Nº Documento;Fecha Emisión;RUT Cliente;Neto;Total", row)))
    assert 'amount = "Total"' in text


def test_a_phone_may_begin_with_a_bracket():
    contents = [describe_content(pl.Series("Tel", [phone])) for phone in ("(+34) 611-22-33-44", "(555) 123-4567")]
    assert [content.phone for content in contents] == [True, True]


@pytest.mark.parametrize(("currency", "asked"), [("CLP", False), ("EUR", True)])
def test_pesos_without_cents_are_thousands(tmp_path, currency, asked):
    row = lambda i: (f"P{i}", f"C{i % 9}", f"{when():%d/%m/%Y}", "$12.990", currency)  # noqa: E731
    text = proposed(write(tmp_path, pedidos_csv=lines("Pedido;Cliente;Fecha;Monto;Moneda", row)))
    assert ("thousands (then" in text) == asked
    if not asked:
        assert loaded(tmp_path)[0]["orders"]["amount"].unique().to_list() == [12990.0]
