"""The spreadsheet comes back: what the team wrote is read as it was meant, asked about, or refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import openpyxl
import polars as pl
import pytest

from lealtad.base.errors import DataError
from lealtad.base.language import Language
from lealtad.lake import Lake, commit_tables
from lealtad.sources.contract.outcomes import OUTCOME_WORDS, OUTCOMES, simplify_word
from lealtad.sources.folder import open_folder
from lealtad.worklist.headers import find_column, list_outcome_words, name_headers
from lealtad.worklist.outcomes import drop_known, match_contacts, read_outcomes
from lealtad.worklist.stored_lists import SCHEMA
from tests.companies import INSTANT
from tests.lakes import lake_of
from tests.worklist.example_list import AS_OF, team
from tests.worklist.test_files import written

NOW = AS_OF + timedelta(days=3, hours=9)


@pytest.fixture(scope="module", params=["en", "es"])
def code(request):
    return request.param


@pytest.fixture
def book(code, tmp_path):
    """A spreadsheet of a list, to be filled in."""
    return written(tmp_path, code, team(Language.from_code(code), ["C-1", "C-2", "007", "=C4"])).xlsx


def fill(path, cells, headers=None):
    """Write into rows of the sheet, by row and column; `headers` renames some."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["worklist"]
    places = {find_column(cell.value): cell.column for cell in sheet[1]}
    for row, column, value in cells:
        sheet.cell(row, places[column], value)
    for column, word in (headers or {}).items():
        sheet.cell(1, places[column], word)
    workbook.save(path)
    return path


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    rows = team(Language.from_code("en"), ["C-1", "C-2", "007", "=C4"]).head(4)
    listed = pl.DataFrame(
        {
            "list_id": rows["list_id"],
            "customer_id": rows["customer_id"],
            "as_of": [AS_OF] * 4,
            "campaign_id": ["retention-1"] * 4,
            "arm": ["treated"] * 3 + ["holdout"],
            "action": ["call"] * 4,
            "explored": [False] * 4,
        }
    )
    every = pl.DataFrame(schema=SCHEMA)
    lists = pl.concat([every, listed.with_columns(pl.col("as_of").cast(INSTANT))], how="diagonal")
    lake = lake_of(
        tmp_path_factory.mktemp("lists") / "lake",
        {
            "customers": pl.DataFrame({"customer_id": ["C-1", "C-2", "007", "=C4"]}),
            "orders": pl.DataFrame(
                {"order_id": ["o"], "customer_id": ["C-1"], "ordered_at": [AS_OF], "amount": [1.0]}
            ),
        },
    )
    return commit_tables(lake, {"lists": lists})


def test_what_the_drop_down_offers_is_understood(code):
    words = list_outcome_words(Language.from_code(code))
    assert list(words) == list(OUTCOMES)
    assert {word: OUTCOME_WORDS[simplify_word(word)] for word in words.values()} == {
        word: outcome for outcome, word in words.items()
    }


def test_headers_lead_back_to_their_columns_in_either_language(code):
    names = [*team(Language.from_code(code)).columns, "outcome", "contacted_on"]
    known = [name for name in names if find_column(name) is not None]
    assert [find_column(word) for word in name_headers(known, Language.from_code(code))] == known


def test_a_filled_in_sheet_becomes_contacts(book, code, lake):
    words = list_outcome_words(Language.from_code(code))
    fill(
        book,
        [
            (2, "outcome", words["accepted"]),
            (3, "outcome", words["not_reached"]),
            (4, "outcome", words["complaint"]),
        ],
    )
    fill(book, [(3, "contacted_on", date(2026, 1, 3)), (4, "contacted_on", datetime(2026, 1, 2))])  # noqa: DTZ001
    rows = match_contacts(read_outcomes(book), lake, NOW, "Europe/Madrid")
    assert rows["customer_id"].to_list() == ["C-1", "C-2", "007"]
    assert rows["outcome"].to_list() == ["accepted", "not_reached", "complaint"]
    noon = datetime(2026, 1, 1, 11, tzinfo=UTC)  # noon in Madrid; a day without a date is that of the list
    assert rows["contacted_at"].to_list() == [noon, noon + timedelta(days=2), noon + timedelta(days=1)]
    assert set(rows["arm"]) == {"treated"}
    assert set(rows["assigned_at"]) == {AS_OF}


def test_the_same_file_again_adds_nothing(book, code, lake, tmp_path):
    fill(book, [(2, "outcome", list_outcome_words(Language.from_code(code))["promised"])])
    rows = match_contacts(read_outcomes(book), lake, NOW)
    assert drop_known(rows, lake).height == 1
    stored = commit_tables(
        Lake.open_or_new(tmp_path / "told", 1),
        {"interventions": rows.with_columns(known_at=pl.col("recorded_at"))},
    )
    later = match_contacts(read_outcomes(book), lake, NOW + timedelta(days=1))
    assert drop_known(later, stored).is_empty()


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([], "at least one outcome"),
        ([(2, "outcome", "maybe so")], "row 2 'maybe so'"),
        ([(2, "outcome", "accepted"), (2, "contacted_on", "soon")], "row 2 'soon'"),
        ([(2, "outcome", "accepted"), (2, "contacted_on", date(2025, 12, 31))], "a day of contact between"),
        ([(2, "outcome", "accepted"), (2, "contacted_on", date(2026, 2, 1))], "a day of contact between"),
        ([(2, "outcome", "accepted"), (2, "customer_id", "stranger")], "customers of a list"),
        (
            [(2, "outcome", "accepted"), (3, "customer_id", "C-1"), (3, "outcome", "declined")],
            "one outcome per customer",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_row(book, lake, cells, says):
    with pytest.raises(DataError, match=says):
        match_contacts(read_outcomes(fill(book, cells)), lake, NOW)


def test_who_is_held_out_is_a_stranger_like_any_other(book, lake):
    errors = []
    for name in ("=C4", "nobody"):
        with pytest.raises(DataError) as refused:
            match_contacts(
                read_outcomes(fill(book, [(2, "outcome", "accepted"), (2, "customer_id", name)])), lake, NOW
            )
        errors.append(str(refused.value))
    assert errors[0] == errors[1]


def test_a_sheet_without_its_key_says_what_is_missing(book):
    fill(book, [(2, "outcome", "accepted")], {"list_id": "something else"})
    with pytest.raises(DataError, match="list_id"):
        read_outcomes(book)


def test_a_csv_of_the_team_is_read_too(tmp_path, lake):
    list_id = team(Language.from_code("en"))["list_id"][0]
    path = tmp_path / "back.csv"
    path.write_text(f"Cliente,Lista,Resultado\nC-1,{list_id},aceptado\n007,{list_id},\n")
    assert match_contacts(read_outcomes(path), lake, NOW).select("customer_id", "outcome").rows() == [
        ("C-1", "accepted")
    ]


def test_a_folder_of_outcomes_alone_needs_no_customers(tmp_path):
    (tmp_path / "interventions.csv").write_text(
        "customer_id,campaign_id,assigned_at,arm\nC-1,c,2026-01-01,treated\n"
    )
    assert list(open_folder(tmp_path).tables) == ["interventions"]
    (tmp_path / "orders.csv").write_text("order_id,customer_id,ordered_at,amount\n1,C-1,2026-01-01,5\n")
    with pytest.raises(DataError, match="customers"):
        open_folder(tmp_path)
