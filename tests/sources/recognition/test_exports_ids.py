"""Ids of several tools: written otherwise, spoilt, of nobody, or told by what people share; never guessed."""

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import SettingsError
from lealtad.sources import open_source
from lealtad.sources.contract.written_ids import WAYS, rewrite_ids
from lealtad.sources.identities import normalize_identity
from tests.sources.exports import lines, loaded, orders, proposed, proposed_and_loaded, when, write

SALESFORCE = {"0035g0000SJaBc8": "0035g0000SJaBc8AQF", "0035g0000cOaBQ8": "0035g0000cOaBQ8AAN"}


def customers(ids, header="customer_id,signup_date"):
    return "\n".join([header, *(f"{one},2022-01-01" for one in ids)]) + "\n"


def sales(customer, header="order_id,customer_id,order_date,amount"):
    return lines(header, lambda i: (f"P{i}", customer(i), f"{when():%Y-%m-%d}", "20"), 60, ",")


@pytest.mark.parametrize(
    ("known", "theirs", "way"),
    [
        (lambda i: f"{17001 + i}", lambda i: f"{17001 + i}.0", "whole number"),
        (lambda i: f"{17001 + i}.0", lambda i: f"{17001 + i}", "whole number"),
        (lambda i: f"{i + 1:05}", lambda i: f"{i + 1}", "5 digits"),
        (lambda i: f"{i + 1}", lambda i: f"{i + 1:06}", "6 digits"),
        (lambda i: f"C{i:03}X", lambda i: f"c{i:03}x ", "lower case"),
        (lambda i: [*SALESFORCE.values()][i % 2], lambda i: [*SALESFORCE][i % 2], ""),
        (lambda i: f"C{i}", lambda i: f"C{i}", ""),
    ],
)
def test_ids_that_are_written_otherwise_are_one(tmp_path, known, theirs, way):
    write(
        tmp_path,
        customers_csv=customers(dict.fromkeys(map(known, range(30)))),
        orders_csv=sales(lambda i: theirs(i % 30)),
    )
    if known(0).startswith("0035"):  # too few to tell
        (tmp_path / "lealtad.toml").write_text(
            '[sources]\ncustomers.files = "customers.csv"\n[sources.orders]\nfiles = "orders.csv"\n'
            'columns.ordered_at = "order_date"\nids.customer_id = "salesforce"\n'
        )
        tables, rejected = loaded(tmp_path)
        assert rejected.is_empty()
    else:
        text, tables = proposed_and_loaded(tmp_path)
        assert (f'ids.customer_id = "{way}"' in text) == bool(way)
    assert set(tables["orders"]["customer_id"]) <= set(tables["customers"]["customer_id"])


@given(st.text(st.characters(whitelist_categories=["Lu", "Ll", "Nd"], max_codepoint=127), min_size=1, max_size=20))
def test_a_way_of_writing_changes_what_it_wrote_no_more(text):
    for way in (*WAYS, "8 digits"):
        once = pl.select(rewrite_ids(pl.lit(pl.Series([text])), way)).to_series()
        assert once.equals(pl.select(rewrite_ids(pl.lit(once), way)).to_series()), way


def test_an_unknown_way_of_writing_is_refused(tmp_path):
    write(tmp_path, customers_csv="customer_id\n7\n")
    (tmp_path / "lealtad.toml").write_text(
        '[sources.customers]\nfiles = "*.csv"\nids.customer_id = "whole numbers"\n'
    )
    with pytest.raises(SettingsError, match="Did you mean 'whole number'"):
        open_source(str(tmp_path))


@pytest.mark.parametrize("shortened", ["3.60E+11", "3.6E+11", "3,60E+11"])
def test_shortened_ids_are_asked_and_never_loaded(tmp_path, shortened):
    text = proposed(write(tmp_path, pedidos_csv=orders(customer=lambda _: shortened)))
    assert "# customer_id = " in text
    assert "a spreadsheet shortened" in text
    assert "sources.customers" not in text


def test_a_shortened_id_in_a_load_is_rejected_with_its_reason(tmp_path):
    write(
        tmp_path,
        customers_csv="customer_id\n3.60E+11\n7\n",
        orders_csv="order_id,customer_id,ordered_at,amount\n1,7,2024-01-05,2\n",
    )
    (tmp_path / "lealtad.toml").write_text(
        '[sources]\ncustomers.files = "customers.csv"\norders.files = "orders.csv"\n'
    )
    _, rejected = loaded(tmp_path)
    assert rejected["rules"].to_list() == ["customer_id_is_not_shortened"]


def test_addresses_fold_their_case(tmp_path):
    write(
        tmp_path,
        customers_csv=customers([f"Ana{i}@Example.com" for i in range(30)], "email,signup_date"),
        orders_csv=sales(lambda i: f" ana{i % 30}@EXAMPLE.com", "order_id,email,order_date,amount"),
    )
    _, tables = proposed_and_loaded(tmp_path)
    assert tables["customers"].height == 30
    assert set(tables["orders"]["customer_id"]) == {f"ana{i}@example.com" for i in range(30)}


@pytest.mark.parametrize(
    "nobody", ["CONTADO", "Walk-in", "0", "99999", "Cliente contado", "Consumidor final", "guest"]
)
def test_ids_of_nobody_are_left_out_and_said(tmp_path, nobody):
    text, tables = proposed_and_loaded(
        write(tmp_path, orders_csv=sales(lambda i: nobody if i % 3 == 0 else f"{i % 17 + 100}"))
    )
    assert f'nobody = ["{nobody}"]' in text
    assert tables["orders"].height == 40
    assert nobody not in tables["customers"]["customer_id"].to_list()
    source = open_source(str(tmp_path))
    list(source.tables["orders"]())
    assert "orders: 20 of 60 rows left out, as ids under which many people buy" in source.remarks()


def test_rejects_behind_rows_left_out_keep_their_place(tmp_path):
    text = "order_id,customer_id,ordered_at,amount\n1,0,2024-01-05,2\n2,7,2024-01-05,x\n"
    write(tmp_path, customers_csv="customer_id\n7\n", orders_csv=text)
    (tmp_path / "lealtad.toml").write_text(
        '[sources]\ncustomers.files = "customers.csv"\n[sources.orders]\nfiles = "orders.csv"\nnobody = "0"\n'
    )
    _, rejected = loaded(tmp_path)
    assert rejected["source_row"].to_list() == [1]


def of_four_tools(tmp_path, phone=lambda i: f"34100000{i:03}"):
    return write(
        tmp_path,
        clientes_crm_csv=lines(
            "ID cliente;Email;Teléfono;Fecha alta",
            lambda i: (f"{i:05}", f"Cliente{i}@Example.com", f"+34 100 000 {i:03}", "15/03/2022"),
        ),
        pedidos_tienda_csv=lines(
            "Nº pedido;Email;Fecha pedido;Importe",
            lambda i: (f"P{i}", f"cliente{i % 40}@example.com ", f"{when():%d/%m/%Y %H:%M}", "12,50"),
            60,
        ),
        encuestas_nps_csv=lines(
            "Fecha;Teléfono;Puntuación NPS", lambda i: (f"{when():%d/%m/%Y %H:%M}", phone(i % 40), i % 11), 60
        ),
        zendesk_tickets_csv=lines(
            "Id,Requester id,Requester email,Status,Created at,Solved at",
            lambda i: (
                i,
                f"3600000000{i % 40:02}",
                f"cliente{i % 40}@example.com",
                "Closed",
                f"{when():%Y-%m-%d %H:%M}",
                "2025-01-01 10:00",
            ),
            60,
            ",",
        ),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "phone",
    [
        lambda i: f"34100000{i:03}",
        lambda i: f"100000{i:03}",
        lambda i: f"100-000-{i:03}",
        lambda i: f"0034 100000{i:03}",
    ],
)
def test_four_tools_speak_of_the_same_people(tmp_path, phone):
    text, tables = proposed_and_loaded(of_four_tools(tmp_path, phone))
    assert 'identities.email = "Requester email"' in text
    assert 'identities.phone = "Teléfono"' in text
    known = {f"{i:05}" for i in range(40)}
    for name in ("orders", "surveys", "ticket_events"):
        assert set(tables[name]["customer_id"]) <= known
        assert tables[name]["customer_id"].n_unique() == 40
    source = open_source(str(tmp_path))
    list(source.tables["orders"]())
    assert "orders: 60 of 60 rows tied to a customer by email" in source.remarks()


def test_an_address_of_two_customers_ties_neither(tmp_path):
    write(
        tmp_path,
        customers_csv="customer_id,email\n1,a@x.com\n2,A@x.com\n3,b@x.com\n",
        orders_csv="order_id,mail,ordered_at,amount\n1,a@x.com,2024-01-05,2\n2,B@X.com,2024-01-05,2\n3,c@x.com,2024-01-05,2\n",
    )
    (tmp_path / "lealtad.toml").write_text(
        '[sources.customers]\nfiles = "customers.csv"\nidentities.email = "email"\n'
        '[sources.orders]\nfiles = "orders.csv"\nidentities.email = "mail"\n'
    )
    tables, rejected = loaded(tmp_path)
    assert tables["orders"].select("order_id", "customer_id").rows() == [("2", "3")]
    assert rejected["rules"].unique().to_list() == ["customer_is_known"]


@given(st.text(max_size=20), st.sampled_from(["email", "phone", "crm"]))
def test_a_normal_form_is_its_own(text, kind):
    once = pl.select(normalize_identity(pl.lit(pl.Series([text])), kind)).to_series()
    again = pl.select(normalize_identity(pl.lit(once.cast(pl.String)), kind)).to_series()
    assert once.equals(again)


def test_tools_without_a_crm_meet_in_what_they_share(tmp_path):
    write(
        tmp_path,
        pedidos_csv=lines(
            "Nº pedido;Email;Fecha pedido;Importe",
            lambda i: (f"P{i}", f"Ana{i % 20}@Example.com", "31/01/2024", "12,50"),
            60,
        ),
        zendesk_tickets_csv=lines(
            "Id,Requester id,Requester email,Created at,Solved at",
            lambda i: (i, f"3600{i % 20}", f"ana{i % 20}@example.com", "2024-01-05 10:00", "2024-01-06 10:00"),
            60,
            ",",
        ),
    )
    _, tables = proposed_and_loaded(tmp_path)
    assert (
        set(tables["orders"]["customer_id"])
        == set(tables["ticket_events"]["customer_id"])
        == set(tables["customers"]["customer_id"])
    )


def test_facts_of_strangers_are_asked(tmp_path):
    write(tmp_path, customers_csv=customers(f"K{i}" for i in range(30)), orders_csv=sales(lambda i: f"Z{i % 30}"))
    assert "how do they join?" in proposed(tmp_path).replace("\n#   ", " ")


def test_another_column_that_holds_the_ids_of_customers_is_taken(tmp_path):
    tickets = [
        {
            "id": i,
            "requester": {"id": 3600 + i % 30, "external_id": f"C{i % 30:04}"},
            "created_at": "2024-01-05T10:00:00Z",
        }
        for i in range(60)
    ]
    write(
        tmp_path,
        customers_csv=customers(f"C{i:04}" for i in range(30)),
        tickets_jsonl="\n".join(map(json.dumps, tickets)),
    )
    text, _ = proposed_and_loaded(tmp_path)
    assert 'customer_id = "requester.external_id"' in text


def test_the_key_of_one_table_that_others_repeat_is_the_customer(tmp_path):
    write(
        tmp_path,
        clubs_csv=lines(
            "club_ref,industry,signup_date", lambda i: (f"G{i}", f"x{i % 3}", f"2022-01-{i % 28 + 1:02}"), 30, ","
        ),
        tickets_csv=lines(
            "ticket_id,club_ref,submitted_at,closed_at",
            lambda i: (f"T{i}", f"G{i % 30}", f"{when():%Y-%m-%d %H:%M:%S}", "2025-01-01 10:00:00"),
            60,
            ",",
        ),
    )
    text, tables = proposed_and_loaded(tmp_path)
    assert tables["customers"].height == 30, text
    assert tables["ticket_events"]["customer_id"].n_unique() == 30


@pytest.mark.slow
def test_purchases_without_an_id_get_one_that_no_order_of_rows_changes(tmp_path):
    row = lambda i: (f"C{i % 20}", f"2024-01-{i % 28 + 1:02}", i % 3 + 1, "20.5")  # noqa: E731
    log = lines("customer_id,order_date,quantity,amount", row, 40, ",") + "C1,2024-02-01,1,20.5\n" * 2
    _, tables = proposed_and_loaded(write(tmp_path, log_csv=log))
    assert tables["orders"].height == 42
    header, *rows = log.splitlines()
    _, again = loaded(write(tmp_path, log_csv="\n".join([header, *reversed(rows)]))), None
    assert again is None
    other, _ = loaded(tmp_path)
    assert set(other["orders"]["order_id"]) == set(tables["orders"]["order_id"])


def test_who_left_is_no_contact_that_the_customer_began(tmp_path):
    churn = lines(
        "churn_event_id,account_id,churn_date,reason_code",
        lambda i: (f"X{i}", f"A{i}", "2024-03-03", "price"),
        20,
        ",",
    )
    text = proposed(
        write(
            tmp_path,
            churn_events_csv=churn,
            orders_csv=sales(lambda i: f"A{i % 30}", "order_id,account_id,order_date,amount"),
        )
    )
    assert "Are these the ends of contracts?" in text.replace("\n#   ", " ")
    assert "sources.touchpoints" not in text


def test_the_state_of_a_city_is_a_place(tmp_path):
    row = lambda i: (f"K{i}", f"0{i + 1000}", "sao paulo", ["SP", "RJ"][i % 2])  # noqa: E731
    write(
        tmp_path,
        customers_csv=lines("customer_id,customer_zip_code_prefix,customer_city,customer_state", row, 40, ","),
        orders_csv=sales(lambda i: f"K{i % 40}"),
    )
    _, tables = proposed_and_loaded(tmp_path)
    assert set(tables["customers"]["attr_customer_state"]) == {"SP", "RJ"}


def test_what_names_no_customer_is_joined_to_the_table_that_does(tmp_path):
    write(
        tmp_path,
        accounts_csv=lines("account_id,signup_date", lambda i: (f"A{i}", "2022-01-01"), 30, ","),
        subscriptions_csv=lines(
            "subscription_id,account_id,start_date,end_date,mrr",
            lambda i: (f"S{i}", f"A{i % 30}", "2022-02-01", "2024-03-01" if i % 4 == 0 else "", 20),
            40,
            ",",
        ),
        feature_usage_csv=lines(
            "usage_id,subscription_id,usage_date,feature_name",
            lambda i: (f"U{i}", f"S{i % 40}", f"2023-01-{i % 28 + 1:02}", "search"),
            80,
            ",",
        ),
    )
    text, tables = proposed_and_loaded(tmp_path)
    assert 'left join "subscriptions"' in text
    assert set(tables["touchpoints"]["customer_id"]) == {f"A{i}" for i in range(30)}
    assert tables["customers"].height == 30
    assert "identities" not in text
