"""Lines and products beside orders: proposed where an export names them, and loaded without losing a line."""

import pytest

from lealtad.base.errors import DataError
from lealtad.lake.loading import load
from lealtad.sources import open_source
from lealtad.sources.contract.tables import STORED
from tests.sources.exports import NOW, lines, proposed, write

PLAIN = "order_id,product_id,quantity,price"
ORDERS = "order_id,customer_id,ordered_at,amount"


def stored(folder):
    """Load what `init` proposes, and return the rows of each table; none may be rejected."""
    done = load(folder / "lake", open_source(str(folder)), loaded_at=NOW)
    assert done.rejected.is_empty(), done.rejected
    return {table.name: done.lake.read(table.name) for table in STORED if done.lake.has(table.name)}


def csv(header, *rows):
    return "\n".join([header, *rows]) + "\n"


def orders(count=20):
    return lines(ORDERS, lambda i: (f"O{i}", f"C{i % 7}", f"2024-01-{i % 28 + 1:02} 10:00", "30.00"), count, ",")


def order_lines(count=20):
    """Two rows of one product and one of another per order, three units each."""
    row = lambda i: (f"O{i // 3}", f"P{i % 3 // 2}{i // 3 % 4}", 1, f"{10 + i % 2}.50")  # noqa: E731
    return lines(PLAIN, row, count * 3, ",")


def test_lines_of_a_plain_file_take_customer_and_time_from_their_orders(tmp_path):
    text = proposed(write(tmp_path, orders_csv=orders(), order_items_csv=order_lines()))
    assert 'product_id = "product_id"' in text
    tables = stored(tmp_path)
    assert (tables["orders"].height, tables["orders"]["amount"].sum()) == (20, 600.0)
    found = tables["order_lines"]
    assert (found.height, found["quantity"].sum(), found["customer_id"].n_unique()) == (60, 60.0, 7)
    assert found["amount"].sum() == sum(10.5 + i % 2 for i in range(60))
    assert found.filter(order_id="O0", product_id="P00")["line"].to_list() == [None, "2"]


def test_lines_without_any_orders_are_asked_for_them(tmp_path):
    text = proposed(write(tmp_path, order_items_csv=order_lines()))
    assert "export the orders too" in " ".join(text.replace("#", " ").split())
    assert "[sources.order_lines]" not in text


def spanish(extra="", value=lambda _: ""):
    header = f"Nº pedido;Código cliente;Fecha pedido;Cód. artículo;Descripción;Unidades;Precio unitario{extra}"
    row = lambda i: (  # noqa: E731
        f"P{i // 2:04}",
        f"C{i // 2 % 9:03}",
        f"{i // 2 % 28 + 1:02}/03/2024 09:30",
        f"A{i % 5}",
        f"Artículo {i % 5}",
        i % 3 + 1,
        "12,50",
        *([value(i)] if extra else []),
    )
    return lines(header, row, 60)


@pytest.mark.slow
def test_spanish_lines_become_orders_lines_and_products(tmp_path):
    catalogue = lines(
        "Código;Nombre;Familia;PVP;Existencias",
        lambda i: (f"A{i}", f"Artículo {i}", f"F{i % 2}", "12,50", i % 3),
        6,
    )
    text = proposed(write(tmp_path, lineas_csv=spanish(), productos_csv=catalogue))
    assert 'product_id = "Cód. artículo"' in text
    tables = stored(tmp_path)
    units = sum(i % 3 + 1 for i in range(60))
    assert tables["orders"].height == 30
    assert tables["orders"]["amount"].sum() == tables["order_lines"]["amount"].sum() == units * 12.5
    assert (tables["order_lines"].height, tables["order_lines"]["quantity"].sum()) == (60, units)
    assert tables["products"].sort("product_id").select("name", "category", "price", "in_stock").rows()[:2] == [
        ("Artículo 0", "F0", 12.5, False),
        ("Artículo 1", "F1", 12.5, True),
    ]


@pytest.mark.parametrize(
    ("values", "active"),
    [
        (("Activo", "Descatalogado"), [True, False]),
        (("active", "archived"), [True, False]),
        (("1", "0"), [True, False]),
    ],
)
def test_a_state_says_which_products_are_on_sale(tmp_path, values, active):
    products = csv("sku,name,category,price,status", *(f"S{i},N{i},c,2.5,{values[i % 2]}" for i in range(4)))
    proposed(write(tmp_path, orders_csv=orders(), products_csv=products))
    assert stored(tmp_path)["products"].sort("product_id")["active"].to_list() == active * 2


def test_a_product_on_sale_may_be_out_of_stock(tmp_path):
    """A state and a stock are two facts; a product whose stock is not stated may be sold."""
    stock = ("0", "12", "")
    rows = (f"S{i},N{i},2.5,{('active', 'archived')[i % 2]},{stock[i % 3]}" for i in range(6))
    products = csv("sku,name,price,status,stock", *rows)
    proposed(write(tmp_path, orders_csv=orders(), products_csv=products))
    table = stored(tmp_path)["products"].sort("product_id")
    assert table["active"].to_list() == [True, False] * 3
    assert table["in_stock"].to_list() == [False, True, None] * 2


def test_a_state_that_nobody_can_tell_is_asked_and_not_read(tmp_path):
    products = csv("sku,name,category,price,status", *(f"S{i},N{i},c,2.5,{'XY'[i % 2]}" for i in range(4)))
    text = proposed(write(tmp_path, orders_csv=orders(), products_csv=products))
    assert '# active = "status"' in text
    assert "active" not in stored(tmp_path)["products"].columns


def test_the_product_of_lines_is_the_column_that_the_list_of_products_has(tmp_path):
    products = csv("sku,name,price", *(f"B{i},Nombre {i},2.5" for i in range(5)))
    text = proposed(write(tmp_path, lineas_csv=spanish(";EAN", lambda i: f"B{i % 5}"), products_csv=products))
    assert 'product_id = "EAN"' in text


def test_a_product_that_some_lines_do_not_name_is_asked_and_no_line_proposed(tmp_path):
    text = proposed(write(tmp_path, lineas_csv=spanish().replace("A1;Artículo 1", ";")))
    assert "No order_lines are proposed" in text
    assert "[sources.order_lines]" not in text
    assert stored(tmp_path)["orders"].height == 30


def test_a_cost_that_may_be_of_the_line_is_asked(tmp_path):
    text = proposed(write(tmp_path, lineas_csv=spanish(";Coste línea").replace("Precio unitario", "Coste")))
    assert '# amount = "Coste"' in text or "times.amount" not in text.partition("[sources.order_lines]")[2]


@pytest.mark.parametrize("each", [True, False])
def test_a_total_that_lines_repeat_says_what_their_cost_is_of(tmp_path, each):
    """Orders of 2 and 3 units, at 10 each or 10 a line."""
    header = "Order ID,Customer ID,Date,SKU,Qty,Item cost,Order total"
    total = "50.00" if each else "20.00"
    row = lambda i: (f"O{i // 2}", f"C{i // 2 % 5}", "2024-02-03", f"S{i % 4}", i % 2 + 2, "10.00", total)  # noqa: E731
    proposed(write(tmp_path, export_csv=lines(header, row, 40, ",")))
    tables = stored(tmp_path)
    assert tables["order_lines"]["amount"].sum() == tables["orders"]["amount"].sum() == float(total) * 20


def test_further_lines_with_empty_cells_have_the_status_and_customer_of_their_order(tmp_path):
    header = "Name,Email,Financial Status,Created at,Total,Lineitem quantity,Lineitem name,Lineitem sku,"
    header += "Lineitem price,Id"
    rows = []
    for i in range(20):
        status = "voided" if i % 4 == 0 else "paid"
        first = f"#{i},c{i % 6}@x.es,{status},2024-01-{i + 1:02} 10:00:00 +0100,30.00,1,Pen,S1,10.00,{900 + i}"
        rows += [first, f"#{i},c{i % 6}@x.es,,2024-01-{i + 1:02} 10:00:00 +0100,,2,Ink,S2,10.00,"]
    text = proposed(write(tmp_path, orders_export_csv=csv(header, *rows)))
    assert "repeats.Name" in text
    tables = stored(tmp_path)
    assert (tables["orders"].height, tables["order_lines"].height) == (15, 30)
    assert tables["order_lines"]["amount"].sum() == tables["orders"]["amount"].sum() == 450.0


def test_an_order_of_one_line_gives_its_line_its_amount(tmp_path):
    """A log without order ids, and lines that take others back: the first by a made id, the second by its sum."""
    row = lambda i: (f"C{i % 7}", f"2024-01-{i % 28 + 1:02}", f"Thing {i % 4}", i % 3 + 1, f"{i % 3 + 1}.50")  # noqa: E731
    proposed(write(tmp_path, log_csv=lines("customer_id,order_date,product,quantity,amount", row, 40, ",")))
    tables = stored(tmp_path)
    assert tables["orders"].height == tables["order_lines"].height == 40
    assert tables["orders"]["amount"].sum() == tables["order_lines"]["amount"].sum()
    assert set(tables["order_lines"]["order_id"]) == set(tables["orders"]["order_id"])


def test_lines_that_take_others_back_are_lines_too(tmp_path):
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID"
    row = lambda i: (  # noqa: E731
        f"{536000 + i // 3}",
        f"85{i % 9}A",
        f"LAMP {i % 9}",
        -1 if i // 3 % 7 == 0 else i % 4 + 1,
        f"2024-01-{i // 3 + 1:02} 10:00",
        "2.55",
        f"{17000 + i // 3 % 5}" if i // 3 % 4 else "",
    )
    proposed(write(tmp_path, retail_csv=lines(header, row, 60, ",")))
    tables = stored(tmp_path)
    assert (tables["orders"].height, tables["order_lines"].height) == (15, 45)
    assert tables["orders"]["amount"].sum() == pytest.approx(tables["order_lines"]["amount"].sum())


def test_a_list_of_products_in_one_cell_is_no_line(tmp_path):
    row = lambda i: (f"O{i}", f"C{i % 7}", f"2024-01-{i % 28 + 1:02}", "S1,S2" if i % 2 else "S3", 2, "7.50")  # noqa: E731
    text = lines("order_id;customer_id;date;sku;qty;total", row, 40)
    assert "[sources.order_lines]" not in proposed(write(tmp_path, orders_csv=text))


def test_a_column_that_repeats_names_and_is_not_there_is_refused(tmp_path):
    write(tmp_path, orders_csv=orders(), lines_csv=order_lines())
    text = '[sources.customers]\nfiles = "orders.csv"\n[sources.order_lines]\nfiles = "lines.csv"\n'
    (tmp_path / "lealtad.toml").write_text(text + 'repeats.order_id = ["Estado"]\n', "utf-8")
    with pytest.raises(DataError, match="a column 'Estado', which `repeats` names"):
        load(tmp_path / "lake", open_source(str(tmp_path)), loaded_at=NOW)
