"""Every vendor's export, proposed by `init` and read by its preset, ends in the same right facts."""

import json
import re
import tomllib

import polars as pl
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import SettingsError
from lealtad.company.settings import Settings
from lealtad.jobs.check import check
from lealtad.sources import read
from lealtad.sources.configuration import read_sources
from lealtad.sources.contract import get_table
from lealtad.sources.presets import Preset, list_presets, load_preset
from lealtad.sources.presets.expanding import merge_keys
from tests.conftest import ROOT
from tests.sources.exports import loaded, proposed
from tests.sources.vendor_exports import EXPORTS

DOCS = ROOT / "docs"
TICKETS = {"zendesk", "freshdesk", "intercom", "salesforce"}
NPS = {"delighted": 16, "surveymonkey": 24, "qualtrics": 16, "typeform": 24, "google_forms": 24}


def export(folder, vendor):
    for name, text in EXPORTS[vendor]().items():
        (folder / name).write_text(text, "utf-8")
    return folder


def facts(vendor, tables):
    """Return what a right load of a vendor's export holds, in a few numbers."""
    if vendor in TICKETS:
        events = tables["ticket_events"]
        at = {
            event: events.filter(pl.col("event") == event).sort("ticket_id")["occurred_at"]
            for event in ("created", "solved")
        }
        return {"tickets": len(at["created"]), "hours": set((at["solved"] - at["created"]).dt.total_hours())}
    if vendor in NPS:
        answers = tables["surveys"].filter((pl.col("metric") == "nps") & pl.col("score").is_not_null())
        return {"answers": answers.height, "least": answers["score"].min(), "most": answers["score"].max()}
    if vendor in {"stripe", "chargebee", "recurly"}:
        changes = tables["subscriptions"]
        monthly = changes.filter(pl.col("event") == "start")
        amount = monthly["amount_monthly"].sum() if "amount_monthly" in monthly.columns else 0
        return {**dict(changes["event"].value_counts().sort("event").iter_rows()), "monthly": amount}
    if vendor in {"shopify", "woocommerce", "prestashop", "hubspot"}:
        orders = tables["orders"]
        return {
            "orders": orders.height,
            "amount": orders["amount"].sum(),
            "people": orders["customer_id"].n_unique(),
        }
    touchpoints = tables.get("touchpoints", pl.DataFrame({"initiated_by": []}))
    return dict(touchpoints["initiated_by"].value_counts().sort("initiated_by").iter_rows())


RIGHT = {
    **{vendor: {"tickets": 24, "hours": {8}} for vendor in TICKETS},
    "hubspot": {"orders": 12, "amount": 1206.0, "people": 8},
    "shopify": {"orders": 9, "amount": 210.0, "people": 5},
    "woocommerce": {"orders": 6, "amount": 150.0, "people": 4},
    "prestashop": {"orders": 6, "amount": 150.0, "people": 5},
    "stripe": {"cancel_request": 6, "end": 6, "start": 24, "monthly": 240.0},
    "chargebee": {"end": 6, "start": 24, "monthly": 240.0},
    "recurly": {"cancel_request": 6, "end": 6, "start": 24, "monthly": 0.0},
    **{vendor: {"answers": count, "least": 0.0, "most": 10.0} for vendor, count in NPS.items()},
    "delighted": {"answers": 16, "least": 3.0, "most": 10.0},
    "braze": {"company": 18, "customer": 6},
    "mailchimp": {"company": 16, "customer": 8},
}
# what init asks before it reads a column: an answer nobody but the company has
ASKED = {"recurly": "how long a period", "segment": "Rejected until you say"}


@pytest.mark.slow
@pytest.mark.parametrize("vendor", sorted(EXPORTS))
def test_init_knows_the_vendor_and_loads_its_export_right(tmp_path, vendor, capsys):
    folder = tmp_path / "data"
    folder.mkdir()
    text = proposed(export(folder, vendor))
    assert f'(preset "{vendor}")' in text
    assert ASKED.get(vendor, "") in text
    tables, rejected = loaded(folder)
    if vendor in RIGHT:
        assert facts(vendor, tables) == RIGHT[vendor], text
        assert rejected.is_empty(), text
    else:
        assert not rejected.is_empty()  # events whose stage is asked
    with pytest.raises(typer.Exit):
        check(str(folder / "lealtad.toml"), as_data=True)
    assert json.loads(capsys.readouterr().out)


BESIDE = {
    "recurly": 'columns.amount = "unit_amount"\nconstants.interval = "month"\n',
    "prestashop": 'dates = "day first"\ndecimal = ","\n',
    "google_forms": 'dates = "month first"\ncolumns.score = "How likely are you to recommend us to a friend?"\n',
    "typeform": 'columns.score = "On a scale from 0 to 10, how likely are you to recommend us?"\n',
    "qualtrics": 'columns.score = "NPS"\n',
    "surveymonkey": 'dates = "month first"\n'
    'columns.score = "How likely is it that you would recommend us to a friend?"\n'
    'values.score = { "0 - Not at all likely" = "0", "10 - Extremely likely" = "10" }\n',
    "chargebee": 'dates = "%d-%b-%Y %H:%M"\n',
    "segment": 'columns.stage = "event"\nconstants.initiated_by = "customer"\n'
    'values.stage = { "Plan Wibbled" = "loyalty", "Order Completed" = "purchase" }\n',
}
SCALE = 'constants.metric = "nps"\nconstants.scale_min = 0\nconstants.scale_max = 10\n'


@pytest.mark.parametrize("vendor", sorted(EXPORTS))
def test_a_preset_reads_what_its_vendor_exports(tmp_path, vendor):
    folder = tmp_path / "data"
    folder.mkdir()
    proposed(export(folder, vendor))
    text = (folder / "lealtad.toml").read_text()
    customers = text.partition("[sources.customers]")[2].partition("\n\n")[0]
    given = f"[sources.customers]{customers}\n" if "No table of customers" in text else ""
    beside = BESIDE.get(vendor, "") + (SCALE if vendor in NPS and vendor != "delighted" else "")
    (folder / "lealtad.toml").write_text(f'{given}\n[sources.{vendor}]\npreset = "{vendor}"\n{beside}', "utf-8")
    Settings.read(folder / "lealtad.toml")  # what reads the rest of the settings passes over presets
    tables, rejected = loaded(folder)
    assert rejected.is_empty()
    right = RIGHT.get(vendor, {"customer": 18})
    right = {**right, "monthly": 1560.0} if vendor == "recurly" else right
    assert facts(vendor, tables) == right


def test_every_preset_has_its_case_and_its_page():
    assert set(list_presets()) == set(EXPORTS)
    for name in list_presets():
        page = (DOCS / "sources" / f"{name}.md").read_text("utf-8")
        assert "2026-11-29" in page, name
        assert f'preset = "{name}"' in page, name


@pytest.mark.parametrize("vendor", sorted(EXPORTS))
def test_the_settings_of_a_page_can_be_read(tmp_path, vendor):
    (example,) = re.findall(
        r"```toml\n(.*?)```", (DOCS / "sources" / f"{vendor}.md").read_text("utf-8"), re.DOTALL
    )
    (tmp_path / "lealtad.toml").write_text(example)
    (folder,) = set(re.findall(r'files = "(\w+)/', example))
    (tmp_path / folder).mkdir()
    export(tmp_path / folder, vendor)
    assert read_sources(tmp_path / "lealtad.toml").tables


def test_the_page_that_tells_how_to_add_a_vendor_shows_a_preset():
    (example,) = re.findall(r"```toml\n(.*?)```", (DOCS / "sources" / "adding.md").read_text("utf-8"), re.DOTALL)
    (export_of_acme,) = Preset(**tomllib.loads(example)).exports
    assert export_of_acme.find_missing(frozenset({"Case No", "Opened at"})) == []
    assert export_of_acme.find_missing(frozenset({"Opened at"})) == ["Case No"]
    assert export_of_acme.choose_columns(frozenset({"Case No", "Client e-mail"})) == {
        "ticket_id": "Case No",
        "customer_id": "Client e-mail",
    }


def test_a_new_vendor_is_one_file_and_no_code(tmp_path):
    """A newcomer's count: the preset of the page, put beside the settings, loads an export that nobody knew."""
    (preset,) = re.findall(r"```toml\n(.*?)```", (DOCS / "sources" / "adding.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "acme.toml").write_text(preset, "utf-8")
    (tmp_path / "acme-tickets-2026.csv").write_text(
        "Case No,Client Id,Opened,Prio\n1,c1,2026-01-05,P1\n2,c2,2026-01-06,P3\n", "utf-8"
    )
    (tmp_path / "lealtad.toml").write_text(
        '[sources.acme]\npreset = "acme.toml"\ntickets.columns.priority = "Prio"\n', "utf-8"
    )
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".toml", ".toml"]
    tickets = read(str(tmp_path))["tickets"]
    assert tickets.select("ticket_id", "customer_id", "created_at", "priority").rows() == [
        ("1", "c1", "2026-01-05", "urgent"),
        ("2", "c2", "2026-01-06", "normal"),
    ]


def test_a_known_vendor_is_one_file_and_no_code():
    sources = ROOT / "src" / "lealtad" / "sources"
    vendors = {path.name for path in (sources / "presets" / "vendors").iterdir()}
    assert vendors == {f"{name}.toml" for name in list_presets()}
    readers = ("presets/expanding.py", "configured.py", "shaping.py", "opening.py")
    code = " ".join((sources / reader).read_text("utf-8") for reader in readers)
    assert not [name for name in list_presets() if load_preset(name).vendor in code]


@pytest.mark.parametrize("name", ["nowhere.toml", "wrong.toml"])
def test_a_preset_of_a_file_that_is_none_is_one_error(tmp_path, name):
    (tmp_path / "wrong.toml").write_text('vendor = "Acme"\nexport = 1\n', "utf-8")
    (tmp_path / "lealtad.toml").write_text(f'[sources.acme]\npreset = "{name}"\n', "utf-8")
    with pytest.raises(SettingsError, match=name):
        read_sources(tmp_path / "lealtad.toml")


@pytest.mark.parametrize("vendor", sorted(EXPORTS))
def test_a_preset_speaks_of_columns_of_the_contract(vendor):
    for one in load_preset(vendor).exports:
        ours = {*one.columns, *one.needs, *one.id_of, *one.ask, *one.sums, *one.minus, *one.keys.get("values", {})}
        assert ours <= set(get_table(one.table).names), one
        assert one.files, one


TREES = st.recursive(
    st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=8
)


@given(below=st.dictionaries(st.sampled_from("abc"), TREES), above=st.dictionaries(st.sampled_from("abc"), TREES))
def test_keys_that_lie_above_win_and_all_others_stay(below, above):
    both = merge_keys(below, above)
    assert both.keys() == below.keys() | above.keys()
    for key in both:
        if key not in above:
            assert both[key] == below[key]
        elif not (isinstance(above[key], dict) and isinstance(below.get(key), dict)):
            assert both[key] == above[key]
    assert merge_keys(both, above) == both


def test_what_stands_beside_a_preset_has_the_last_word(tmp_path):
    (export(tmp_path, "stripe") / "lealtad.toml").write_text(
        '[sources.contracts]\npreset = "stripe"\nfiles = "sub*.csv"\nzone = "Europe/Madrid"\n'
        'columns.customer_id = "Customer Email"\nconstants.quantity = 1\n'
    )
    (section,) = read_sources(tmp_path / "lealtad.toml").contracts
    assert section.zone == "Europe/Madrid"
    assert section.columns["customer_id"] == "Customer Email"
    assert "quantity" not in section.columns
    assert section.columns["ended_at"] == "Ended At (UTC)"


def test_a_section_of_a_vendor_may_speak_of_one_table(tmp_path):
    (export(tmp_path, "salesforce") / "lealtad.toml").write_text(
        '[sources.salesforce]\npreset = "salesforce"\ntickets.zone = "Europe/Madrid"\n'
    )
    sources = read_sources(tmp_path / "lealtad.toml")
    assert (sources.tickets[0].zone, sources.customers[0].zone) == ("Europe/Madrid", "UTC")


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ('[sources.stripe]\npreset = "strype"', "Did you mean 'stripe'"),
        ('[sources.tickets]\npreset = "stripe"', "It gives contracts"),
        ('[sources.stripe]\npreset = "stripe"\nfiles = "other.csv"', "'Customer ID'.*other.csv"),
        ('[sources.shop]\npreset = "shopify"', r"orders_export\*.csv"),
        ('[sources.stripe]\npreset = "stripe"\nfiles = "short.csv"', "the column 'Amount' of Stripe"),
        ('[sources.recurly]\npreset = "recurly"\nfiles = "recurly.csv"', "how long a period"),
        ('[sources.stripe]\npreset = "stripe"\ndatabase = "${X}"\ntable = "t"', "a database or a query"),
        ('[sources.stripe]\npreset = "stripe"\ncolums.amount = "Amount"', "Did you mean 'columns'"),
    ],
)
def test_what_a_preset_cannot_read_is_one_error(tmp_path, section, says):
    export(tmp_path, "stripe")
    (tmp_path / "other.csv").write_text("id,name\n1,a\n")
    (tmp_path / "short.csv").write_text(EXPORTS["stripe"]()["subscriptions.csv"].replace(",Amount,", ",Sum,"))
    (tmp_path / "recurly.csv").write_text(EXPORTS["recurly"]()["subscriptions.csv"])
    (tmp_path / "lealtad.toml").write_text(section)
    with pytest.raises(SettingsError, match=says):
        read_sources(tmp_path / "lealtad.toml")


def test_a_flat_stream_of_braze_says_what_happened(tmp_path):
    rows = [json.loads(line) for line in EXPORTS["braze"]()["currents.jsonl"].splitlines()]
    flat = [{**row, **row["user"], **row["properties"], "user": None, "properties": None} for row in rows]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "events.jsonl").write_text("\n".join(map(json.dumps, flat)))
    proposed(tmp_path / "data")
    tables, _ = loaded(tmp_path / "data")
    assert facts("braze", tables) == RIGHT["braze"]
    assert tables["touchpoints"]["customer_id"].str.starts_with("C").all()


def test_events_of_braze_in_files_of_their_own_are_asked_and_no_tickets(tmp_path):
    for kind in ("Open", "Send"):
        rows = [
            {
                "id": f"{kind}{i}",
                "user_id": f"{i % 5:024x}",
                "external_user_id": f"C{i % 5}",
                "time": 1_735_900_000 + i * 9_000,
                "campaign_id": "c1",
                "dispatch_id": f"d{i}",
            }
            for i in range(20)
        ]
        (tmp_path / f"users.messages.email.{kind}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    text = proposed(tmp_path)
    assert "\n[" not in text.partition("reject_limit")[2]
    assert "what happened in its rows" in " ".join(text.replace("\n#", " ").split())
