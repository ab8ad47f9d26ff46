"""What a customer typed reaches every file that people open as text: payloads × columns × outputs, counted.

`LEALTAD_ATTACKS=all pytest tests/test_hostile_outputs.py` tries every payload in every column.
"""

import os
import re
import zipfile

import openpyxl
import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.worklist import WorklistFiles, WorklistTables, write_files
from lealtad.worklist.owner_lists import write_owner_lists
from tests.conftest import ROOT
from tests.hostile import PAYLOADS, find_formula, find_unseen
from tests.lakes import lake_of
from tests.worklist.example_list import ACTIONS, AS_OF, team

pytestmark = pytest.mark.slow

ALL = os.environ.get("LEALTAD_ATTACKS") == "all"
SAMPLE = PAYLOADS if ALL else PAYLOADS[::5]
ELEMENTS = re.compile(r"<(script|img|iframe|object|embed|link|meta http)[^>]*>", re.IGNORECASE)
# what sorts the rows of a page: the same file in every page, and nobody's data in it
OWN_SCRIPTS = [
    path.read_text(encoding="utf-8") for path in (ROOT / "src" / "lealtad" / "experience").rglob("*.js")
]
HANDLERS = re.compile(r"<[^>]+\s(on\w+|href|src|action)\s*=\s*[\"']?\s*(javascript:|data:text)", re.IGNORECASE)


def find_faults(path) -> list[str]:
    """Return what of a payload acts in a file, by the kind of the file."""
    if path.suffix == ".csv":
        text = path.read_text(encoding="utf-8")
        return [*find_formula(text.partition("\n")[2]), *find_unseen(text)]
    if path.suffix in {".html", ".svg"}:
        page = path.read_text(encoding="utf-8")
        for script in OWN_SCRIPTS:
            page = page.replace(f"<script>\n{script}\n</script>", "")
        return [*find_unseen(page), *(match[0] for match in (*ELEMENTS.finditer(page), *HANDLERS.finditer(page)))]
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            sheets = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
        cells = [
            str(cell.value)
            for sheet in openpyxl.load_workbook(path)
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f" or cell.hyperlink or (cell.data_type == "s" and find_unseen(str(cell.value)))
        ]
        return [*cells, *(match[0] for xml in sheets for match in re.finditer(r"<f>[^<]*</f>", xml))]
    return []


def put_in(rows: pl.DataFrame, column: str, payloads) -> pl.DataFrame:
    """Return rows of which each has one of the payloads in a column."""
    times = -(-len(payloads) // max(rows.height, 1))
    tiled = pl.concat([rows] * max(times, 1)).head(len(payloads))
    return tiled.with_columns(pl.Series(column, list(payloads)), *_keep_ranks(tiled, column))


def _keep_ranks(rows, column):
    return [pl.int_range(1, pl.len() + 1).alias("rank")] if "rank" in rows.columns and column != "rank" else []


def list_tables():
    language = Language.from_code("es")
    listed = team(language).filter(pl.col("rank").is_not_null())
    named = (
        listed.select("customer_id", "segment") if "segment" in listed.columns else listed.select("customer_id")
    )
    return {
        "team": listed,
        "referrals": named.with_columns(promoter_probability=pl.lit(0.9)),
        "resolved": named.with_columns(change=pl.lit("resolved"), why=pl.lit("no_gain")),
        "abstentions": named.with_columns(missing=pl.lit("too_new")),
    }


def texts_of(rows):
    return [name for name, dtype in rows.schema.items() if dtype == pl.String]


def test_no_payload_acts_in_any_column_of_any_file_of_a_list(tmp_path):
    tables, language, tried, lost = list_tables(), Language.from_code("es"), 0, {}
    for name, rows in tables.items():
        for column in texts_of(rows):
            changed = {**tables, name: put_in(rows, column, SAMPLE)}
            files = WorklistFiles.into(tmp_path)
            write_files(WorklistTables(AS_OF, **changed), files, language, days=28, actions=ACTIONS["es"])
            own = (
                write_owner_lists(changed["team"], tmp_path, language, as_of=AS_OF, days=28)
                if column == "owner"
                else {}
            )
            outputs = [*files.paths, *(path for folder in own.values() for path in folder.iterdir())]
            for path in outputs:
                tried += len(SAMPLE)
                if faults := find_faults(path):
                    lost[name, column, path.name] = faults
    assert lost == {}, f"{tried} tried, {len(lost)} lost"
    assert tried > 100 * len(SAMPLE)


def test_no_payload_acts_in_the_rejected_rows(tmp_path):
    from lealtad.lake.loading.rejected_rows import write_rejects
    from lealtad.sources.contract import split

    lost = {}
    for column in ("order_id", "customer_id", "ordered_at", "amount", "currency"):
        rows = pl.DataFrame({"order_id": [f"o{i}" for i in range(len(SAMPLE))]}).with_columns(
            customer_id=pl.lit("c1"),
            ordered_at=pl.lit("no time"),
            amount=pl.lit("1"),
            currency=pl.lit("EUR"),
        )
        rows = rows.with_columns(pl.Series(column, SAMPLE))
        write_rejects(split("orders", rows).rejected, tmp_path / "rejected.csv")
        if faults := find_faults(tmp_path / "rejected.csv"):
            lost[column] = faults
    assert lost == {}


@pytest.mark.slow
def test_no_payload_acts_in_the_journey_map_and_the_figures(tmp_path, capsys):
    from lealtad.jobs.kpis import kpis
    from lealtad.sources.simulated import simulate

    lost, tables = {}, simulate(60, 8, seed=5).tables
    columns = [
        *(("touchpoints", name) for name in ("touchpoint", "channel", "owner", "outcome", "variant")),
        *(("customers", name) for name in ("segment", "country", "language")),
        *(("ticket_events", name) for name in ("channel", "category", "priority")),
    ]
    there = [(table, column) for table, column in columns if column in tables[table].columns]
    for number, chosen in enumerate([[place] for place in there] if ALL else [there]):
        changed = dict(tables)
        for table, column in chosen:
            rows = changed[table]
            # a NUL is refused at the door of a file, and stands in no lake
            cycle = [SAMPLE[i % len(SAMPLE)].replace("\x00", "") for i in range(rows.height)]
            changed[table] = rows.with_columns(pl.Series(column, cycle))
        out = tmp_path / str(number)
        lake_of(out / "lake", changed)
        kpis(out, language="es")
        for path in out.iterdir():
            if faults := find_faults(path):
                lost[str(chosen), path.name] = faults[:3]
        if unseen := find_unseen(capsys.readouterr().err):
            lost[str(chosen), "stderr"] = unseen
    assert lost == {}
