"""The files of a list say the same, in words, and are safe to open; the holdout is in none of them."""

import openpyxl
import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.worklist import (
    ABSTENTIONS,
    REFERRALS,
    TEAM,
    WorklistFiles,
    WorklistTables,
    define_columns,
    write_files,
)
from lealtad.worklist.columns import define_other_columns
from lealtad.worklist.document import render_document
from lealtad.worklist.headers import find_column
from tests.conftest import ROOT
from tests.worklist.example_list import ACTIONS, AS_OF, HOSTILE, team

NOBODY = pl.DataFrame({"as_of": [AS_OF], "customer_id": ["x"], "missing": ["history"]})


def written(folder, code, rows=None):
    folder.mkdir(parents=True, exist_ok=True)
    language = Language.from_code(code)
    shown = team(language) if rows is None else rows
    files = WorklistFiles.into(folder)
    write_files(
        WorklistTables(AS_OF, shown, shown, NOBODY, NOBODY), files, language, days=28, actions=ACTIONS[code]
    )
    return files


@pytest.fixture(scope="module", params=["en", "es"])
def files(request, tmp_path_factory):
    return written(tmp_path_factory.mktemp("list"), request.param)


def cells(files, sheet="worklist"):
    book = openpyxl.load_workbook(files.xlsx)
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


def columns_of(header):
    return [find_column(word) for word in header]


def test_nobody_of_the_holdout_is_in_any_file(files):
    for path in files.paths:
        assert b"HELD-OUT" not in path.read_bytes()
    assert "HELD-OUT" not in str(cells(files))
    assert pl.read_parquet(files.parquet).height == 24


def test_the_files_hold_the_same_customers_in_the_order_of_the_list(files):
    ids = pl.read_parquet(files.parquet)["customer_id"].to_list()
    assert pl.read_csv(files.csv)["customer_id"].to_list() == ids
    header, *rows = cells(files)
    assert [row[columns_of(header).index("customer_id")] for row in rows] == ids
    page = files.html.read_text()
    assert all(page.count(f"<h3>{one}</h3>") == 1 for one in ids)


def test_columns_are_those_of_the_list_in_their_order(files):
    known = list(TEAM)
    filled_in = ("outcome", "contacted_on")
    sheet = [name for name in columns_of(cells(files)[0]) if name not in filled_in]
    for found in (pl.read_parquet(files.parquet).columns, pl.read_csv(files.csv).columns, sheet):
        assert found == [name for name in known if name in found]
        assert set(known) - set(found) == {"uplift", "experiments", "product"}  # of nights that have none


def test_programs_read_codes_and_people_words(tmp_path):
    spanish = written(tmp_path, "es")
    assert pl.read_parquet(spanish.parquet)["band"][0] == "very_high"
    assert pl.read_csv(spanish.csv)["band"][0] == "primero"
    assert pl.read_parquet(spanish.parquet)["reason_1_about"][0] == "first reply"
    row = pl.read_csv(spanish.csv).row(0, named=True)
    assert row["reason_1_about"] == "primera respuesta"
    assert (row["consent"], row["channel"], row["suggested_action"]) == (
        "sí",
        "teléfono",
        "Resolver el caso y llamar con la respuesta",
    )
    assert "very_high" not in str(cells(spanish))


@pytest.mark.parametrize(("code", "words"), [("en", "at risk, not a promoter"), ("es", "en riesgo, no promotor")])
def test_who_is_no_promoter_is_not_called_a_detractor(tmp_path, code, words):
    # an answer of 7 or 8 makes a customer neither
    files = written(tmp_path, code)
    assert pl.read_parquet(files.parquet)["quadrant"][1] == "at_risk_non_promoter"
    assert pl.read_csv(files.csv)["quadrant"][1] == words
    page = files.html.read_text()
    assert words in page
    assert "detractor" not in page


def test_usual_owners_are_named_in_words_and_others_as_the_playbook_does(tmp_path):
    rows = team(Language.from_code("es")).with_columns(
        pl.when(pl.col("owner") == "service").then(pl.lit("Back office")).otherwise("owner").alias("owner")
    )
    spanish = written(tmp_path, "es", rows)
    assert set(pl.read_parquet(spanish.parquet)["owner"]) == {"retention", "Back office"}
    assert set(pl.read_csv(spanish.csv)["owner"]) == {"retención", "Back office"}
    page = spanish.html.read_text()
    assert ("<h2>retención</h2>" in page, "<h2>Back office</h2>" in page) == (True, True)
    assert "retention" not in page


def test_two_notes_are_two_sentences(tmp_path):
    noted = pl.read_csv(written(tmp_path, "en").csv)["data_notes"][3]
    assert noted == (
        "Drawn at random, to learn which customers a contact helps. "
        "A new customer: the value at stake may be higher."
    )


def test_the_same_list_gives_the_same_bytes(tmp_path):
    one, again = written(tmp_path / "one", "es"), written(tmp_path / "again", "es")
    assert [path.read_bytes() for path in one.paths] == [path.read_bytes() for path in again.paths]


def test_hostile_names_arrive_as_text_in_every_file(tmp_path):
    made = written(tmp_path, "en", team(Language.from_code("en"), HOSTILE))
    book = openpyxl.load_workbook(made.xlsx)["worklist"]
    place = columns_of([cell.value for cell in book[1]]).index("customer_id")
    found = [row[place] for row in book.iter_rows(min_row=2)]
    assert [cell.value for cell in found] == HOSTILE
    assert {cell.data_type for cell in found} == {"s"}
    assert all(cell.hyperlink is None for cell in found)
    quoted = pl.read_csv(made.csv, infer_schema=False)["customer_id"].to_list()
    assert quoted == [
        one.replace("\t=", "'\t'=") if one[0] == "\t" else f"'{one}" if one[0] in "=+-@" else one
        for one in HOSTILE
    ]
    page = made.html.read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert pl.read_parquet(made.parquet)["customer_id"].to_list() == HOSTILE


def test_the_spreadsheet_freezes_filters_formats_and_colours(files):
    sheet = openpyxl.load_workbook(files.xlsx)["worklist"]
    header = {find_column(cell.value): cell.column_letter for cell in sheet[1]}
    after = sheet[1][list(header).index("customer_id") + 1].column_letter
    assert sheet.freeze_panes == f"{after}2"
    assert sheet.auto_filter.ref == f"A1:{sheet[1][-1].column_letter}25"
    assert sheet[f"{header['churn_probability']}2"].number_format == "0.0%"
    assert sheet[f"{header['value_at_stake']}2"].number_format == "#,##0.00"
    assert sheet[f"{header['due_by']}2"].number_format == "yyyy-mm-dd"
    coloured = {str(area.sqref).split(":")[0].rstrip("0123456789") for area in sheet.conditional_formatting}
    assert coloured == {header[name] for name in ("churn_probability", "band", "change", "outcome")}
    assert sheet.column_dimensions[header["kpi_version"]].hidden


def test_every_column_is_defined_in_the_workbook_in_its_language(files):
    names = [row[0] for row in cells(files, "definitions")]
    assert names == cells(files)[0]


@pytest.mark.parametrize("code", ["en", "es"])
def test_every_column_of_every_list_has_a_definition(code):
    language = Language.from_code(code)
    defined = define_columns(language, days=28, currency="EUR")
    assert set(defined) == set(TEAM)
    assert {*REFERRALS, *ABSTENTIONS} <= {*defined, *define_other_columns(language)}
    assert all(sentence.endswith(".") or sentence[-1] == ")" for sentence in defined.values())


def test_the_document_is_that_of_the_code():
    written = (ROOT / "docs" / "worklist.md").read_text()
    assert written == render_document(), "python -m lealtad.worklist.document > docs/worklist.md"


def test_who_is_not_scored_is_told_what_is_missing(tmp_path):
    found = pl.read_csv(written(tmp_path, "es").abstentions)
    assert found["missing"].to_list() == ["El cliente lleva poco tiempo en la empresa."]


def test_an_empty_night_gives_files_that_say_so(tmp_path):
    files = written(tmp_path, "en", team(Language.from_code("en")).clear())
    assert "There are no customers to contact today." in files.html.read_text()
    assert pl.read_csv(files.csv).height == 0
    assert len(cells(files)) == 1


def test_the_page_has_one_sheet_per_owner_the_most_valuable_first(files):
    page, rows = files.html.read_text(), pl.read_parquet(files.parquet, columns=["expected_gain"])
    rows = rows.with_columns(pl.read_csv(files.csv)["owner"])
    gains = rows.group_by("owner").agg(pl.col("expected_gain").sum()).sort("expected_gain", descending=True)
    places = [page.index(f"<h2>{owner}</h2>") for owner in gains["owner"]]
    assert places == sorted(places)
    assert page.count('class="sheet"') == gains.height
    assert "http" not in page


def test_the_badge_has_the_whole_narrow_column_on_a_phone(files):
    # 3rem less the padding of the column hold "nuevo" in bold, and nothing beside it
    narrow = files.html.read_text().split("@media (max-width: 44rem) {")[-1].split("@page")[0]
    assert ".rank small.new { margin-inline: 0; }" in narrow


def test_a_row_of_which_little_is_known_is_shown_all_the_same(tmp_path):
    bare = team(Language.from_code("en")).select(
        "as_of", "list_id", "rank", "customer_id", "churn_probability", "owner"
    )
    files = written(tmp_path, "en", bare.with_columns(owner=pl.lit(None, pl.String)))
    assert "No owner yet" in files.html.read_text()
    assert "None" not in files.html.read_text()
