"""What `lealtad.toml` says of sources is understood, or refused with what was probably meant."""

import pytest

from lealtad.base.errors import SettingsError
from lealtad.company.settings import Settings
from lealtad.sources import open_source
from lealtad.sources.configuration import Sources, read_sources
from lealtad.sources.contract import GIVEN
from lealtad.sources.secret import fill_references, hide_secrets
from tests.conftest import SIMULATED_SETTINGS

GOOD = """
[targets]
csat = 0.8

[sources]
reject_limit = 0.1

[sources.customers]
files = "clientes*.csv.gz"
zone = "Europe/Madrid"
dates = "day first"
decimal = ","
columns = { customer_id = "Código" }
attributes = ["Plan"]

[[sources.orders]]
files = ["a.csv", "b.xlsx"]
sheet = "Pedidos"
values.is_return = { S = true, N = false }
constants = { discount = 0, ordered_at = 2026-01-31 }

[[sources.orders]]
database = "${SHOP}"
table = "shop.orders"
"""


def written(tmp_path, text):
    (tmp_path / "lealtad.toml").write_text(text, encoding="utf-8")
    return tmp_path / "lealtad.toml"


def test_a_table_may_be_given_once_or_several_times(tmp_path):
    path = written(tmp_path, GOOD)
    sources = read_sources(path)
    assert sources.reject_limit == 0.1
    assert {name: len(given) for name, given in sources.tables.items()} == {"customers": 1, "orders": 2}
    assert sources.customers[0].files == ("clientes*.csv.gz",)
    assert sources.customers[0].reading.dates == "day first"
    assert Settings.read(path).sources == sources
    assert Settings.read(SIMULATED_SETTINGS).sources.reject_limit == 0.05


def test_every_table_of_the_contract_can_be_given():
    assert set(Sources.model_fields) - {"reject_limit"} == {table.name for table in GIVEN}


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("[sources.customers]", "[sources.customer]", "'sources.customer'. Did you mean 'customers'?"),
        ('files = "clientes', 'filse = "clientes', "'sources.customers.filse'. Did you mean 'files'?"),
        ("sheet = ", "sheat = ", "'sources.orders[1].sheat'. Did you mean 'sheet'?"),
        ("customer_id = ", "costumer_id = ", "sources.customers.columns: .* Did you mean 'customer_id'?"),
        ("values.is_return", "values.is_retrun", "Did you mean 'is_return'?"),
        ("discount = 0", "discuont = 0", "sources.orders.constants: .* Did you mean 'discount'?"),
        ('"day first"', '"day frist"', "Did you mean 'day first'?"),
        ("Europe/Madrid", "Europe/Madird", "Did you mean 'Europe/Madrid'?"),
        ('decimal = ","', 'decimal = ";"', 'decimal: expected "." or ","'),
        ("reject_limit = 0.1", "reject_limit = 5", "less than or equal to 1, found 5"),
        ('database = "${SHOP}"', 'files = "c.csv"', "sources.orders.table: expected a table of a database"),
        ('table = "shop.orders"', "", "expected either a table or a query of the database, found neither"),
        (
            'table = "shop.orders"',
            'table = "a"\nquery = "b"',
            "expected either a table or a query of the database, found both",
        ),
        (
            'database = "${SHOP}"',
            'database = "${SHOP}"\nfiles = "c.csv"',
            "expected either files or a database, found both",
        ),
        ('files = "clientes*.csv.gz"', "", "expected either files or a database, found neither"),
        (
            'sheet = "Pedidos"',
            'attributes = ["Plan"]',
            "expected attributes only on customers, found attributes on orders",
        ),
        ('sheet = "Pedidos"', 'columns = {discount = "x"}', "found 'discount' in both"),
        (
            'sheet = "Pedidos"',
            'encoding = "latin1x"',
            "sources.orders.encoding: expected the name of a text encoding",
        ),
        ('sheet = "Pedidos"', 'encoding = "rot13"', "expected the name of a text encoding"),
        ('sheet = "Pedidos"', 'separator = ";;"', "at most 1 character"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_probably_meant(tmp_path, right, wrong, message):
    assert right in GOOD
    with pytest.raises(SettingsError, match=message.replace("[1]", r"\[1\]")):
        read_sources(written(tmp_path, GOOD.replace(right, wrong, 1)))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:hunter2@host/crm",
        "postgresql://me:hunter2${NAME}@host/crm",
        "postgresql://me:hun/ter2@host/crm",
        "postgresql://host/crm?user=me&password=hunter2",
        "snowflake://host/x?token=hunter2",
    ],
)
def test_a_password_in_plain_words_is_refused_and_not_repeated(tmp_path, address):
    with pytest.raises(SettingsError, match=r"found a password in plain text. Write \$\{NAME\}") as refused:
        read_sources(written(tmp_path, GOOD.replace("${SHOP}", address)))
    assert "hunter2" not in str(refused.value)
    assert "ter2" not in str(refused.value)


def test_a_wrong_type_repeats_no_password(tmp_path):
    text = GOOD.replace('database = "${SHOP}"', 'database = ["postgresql://me:hunter2@host/crm"]')
    with pytest.raises(SettingsError, match="valid string") as refused:
        read_sources(written(tmp_path, text))
    assert "hunter2" not in str(refused.value)


def test_a_variable_that_is_not_set_is_named_before_anything_is_read(tmp_path, monkeypatch):
    monkeypatch.delenv("SHOP", raising=False)
    for name in ("clientes.csv.gz", "a.csv", "b.xlsx"):
        (tmp_path / name).touch()
    with pytest.raises(SettingsError, match=r"sources.orders.database: expected the environment variable SHOP"):
        open_source(str(written(tmp_path, GOOD)))


def test_a_password_from_the_environment_may_hold_any_letter(monkeypatch):
    monkeypatch.setenv("PW", "p@ss/w:rd%")
    template = "postgresql://me:${PW}@host/crm"
    address = fill_references("database", template)
    assert address == "postgresql://me:p%40ss%2Fw%3Ard%25@host/crm"
    monkeypatch.setenv("URL", address)
    assert fill_references("database", "${URL}") == address
    for message in ("cannot reach p@ss/w:rd% there", f"no such {address}", "p%40ss%2Fw%3Ard%25"):
        for given in (template, "${URL}"):
            assert "rd%" not in hide_secrets(message, given, address)


def test_settings_without_sources_are_no_source(tmp_path):
    with pytest.raises(SettingsError, match=r"expected \[sources\] with at least one table, found none"):
        open_source(str(written(tmp_path, "[targets]\ncsat = 0.8\n")))
