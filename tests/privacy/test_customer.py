"""What is stored about a customer is shown, without arms to those whom they would mislead; an objection lasts."""

import json

import polars as pl
import pytest

from lealtad.base.errors import ExitCode
from lealtad.lake import Lake, start_draft
from lealtad.lake.erasing.objections import read_objections
from tests.conftest import run_job_here
from tests.privacy.conftest import CUSTOMERS, LOADED, build_tables, load_tables

pytestmark = pytest.mark.slow


@pytest.fixture
def run_with_lists(run):
    """Two customers of a campaign: one is contacted, one held out."""
    rows = pl.DataFrame({"customer_id": CUSTOMERS[:3:2], "arm": ["treated", "control"], "as_of": [LOADED] * 2})
    with start_draft(Lake.open(run / "lake")) as draft:
        draft.replace("lists", rows)
        draft.replace("experiments", rows)
    return run


def ask(run, customer, *more):
    run_job_here("customer", customer, "--out", run, *more)
    [page], [plain] = (run / "access").glob("*.html"), (run / "access").glob("*.json")
    return page.read_text(), json.loads(plain.read_text())


def test_everything_of_the_person_is_shown_under_any_id(run_with_lists):
    page, plain = ask(run_with_lists, "C0000001")
    assert plain["ids"] == ["C0000000", "C0000001"]
    assert set(plain["tables"]["held"]) == {"customers", "contacts", "orders", "surveys", "identities"}
    assert len(plain["tables"]["held"]["orders"]) == 2
    assert plain["tables"]["computed"]["features"]
    assert "Sofía Navarro C0000001" in page
    assert "C0000002" not in page


@pytest.mark.parametrize("customer", ["C0000000", "C0000002"])
def test_arms_are_shown_to_administrators_alone(run_with_lists, customer):
    page, plain = ask(run_with_lists, customer)
    assert not any(word in page + json.dumps(plain) for word in ("control", "treated", "experiments", '"arm"'))
    page, plain = ask(run_with_lists, customer, "--administrator")
    assert plain["tables"]["suggested"]["lists"][0]["arm"] in page


def test_whoever_is_held_out_looks_like_everybody_else(run_with_lists):
    _, held_out = ask(run_with_lists, "C0000002")
    for path in (run_with_lists / "access").iterdir():
        path.unlink()
    _, other = ask(run_with_lists, "C0000004")
    assert held_out["tables"]["suggested"] == other["tables"]["suggested"] == {}


def test_the_page_speaks_spanish(run_with_lists):
    page, _ = ask(run_with_lists, "C0000000", "--language", "es")
    assert "Qué se guarda sobre un cliente" in page
    assert 'lang="es"' in page


def test_the_files_go_with_the_customer(run_with_lists):
    ask(run_with_lists, "C0000000")
    run_job_here("erase", "C0000000", "--because", "asked", "--yes", "--out", run_with_lists)
    texts = [path.read_text() for path in (run_with_lists / "access").iterdir()]
    assert not any("C000000" in text for text in texts)


def test_nobody_is_refused_in_words(run):
    result = run_job_here("customer", "C9", "--out", run, check=False)
    assert result.returncode == ExitCode.FIX
    assert "the id of a customer in the lake" in result.stderr


def test_an_objection_holds_for_all_ids_and_across_loads(run):
    run_job_here("object", "C0000001", "--because", "mail", "--out", run)
    load_tables(run, build_tables(night=1), day=1)
    lake = Lake.open(run / "lake")
    assert read_objections(lake).to_list() == ["C0000000", "C0000001"]
    _, plain = ask(run, "C0000000")
    assert plain["objects"]
    run_job_here("object", "C0000000", "--lift", "--out", run)
    assert read_objections(Lake.open(run / "lake")).is_empty()


def test_an_objection_says_how_it_arrived(run):
    assert "--because" in run_job_here("object", "C0000001", "--out", run, check=False).stderr
