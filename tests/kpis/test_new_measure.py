"""A new survey metric costs two files: its measure, and its line among the metrics that the contract lets in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import polars as pl
import pytest

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).parents[2] / "src"
MEASURE = '''"""Share of customers who say that they will buy again."""

from __future__ import annotations

from lealtad.kpis.answers import select_answers, withhold_mixed_figures
from lealtad.kpis.measure import KpiDefinition
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import summarise_groups
from lealtad.kpis.intervals import add_wilson_interval, select_figures
from lealtad.kpis.measure import Look, Measure, MeasureWords, from_rows
from lealtad.kpis.thresholds import is_satisfied
from lealtad.kpis.view import read_view
import polars as pl

DEFINITION = KpiDefinition("rebuy", 1, "answers in the upper quarter of their scale over answers; Wilson interval")


def rebuy(surveys, *, kind=None, **options):
    """Return the share of answers in the upper quarter, one row per group."""
    view = read_view(options)
    answers = select_answers(surveys, "rebuy", kind, view)
    groups = summarise_groups(answers, view.by, pl.len().alias("n"), is_satisfied().sum().alias("hits"))
    figures = select_figures(add_wilson_interval(groups), view.by, DEFINITION.label())
    return convert_like(surveys, withhold_mixed_figures(figures, answers, view.by))


MEASURES = (
    Measure(
        DEFINITION,
        "surveys",
        from_rows(rebuy),
        Look(
            words={
                "en": MeasureWords("Will buy again", "Share of answers in the upper quarter."),
                "es": MeasureWords("Volverá a comprar", "Porcentaje de respuestas en el cuarto superior."),
            },
            unit="share",
            is_higher_better=True,
            span=(0.0, 1.0),
        ),
        survey="rebuy",
        instrument=("kind", "scale_min", "scale_max"),
        rank=25,
    ),
)
'''
CUSTOMERS = "customer_id\na\nb\n"
SURVEYS = """survey_id,customer_id,metric,kind,sent_at,answered_at,score,scale_min,scale_max
1,a,rebuy,relational,2026-01-05,2026-01-06,5,1,5
2,b,rebuy,relational,2026-01-05,2026-01-07,2,1,5
3,b,nps,relational,2026-02-05,2026-02-06,9,0,10
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake and its figures, from a copy of lealtad that has one file and one line more."""
    folder = tmp_path_factory.mktemp("measure")
    copy = folder / "src"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(SOURCE.parent / "models", folder / "models")
    (copy / "lealtad/kpis/measures/rebuy.py").write_text(MEASURE)
    metrics = copy / "lealtad/sources/contract/survey_metrics.py"
    line = '    SurveyMetric("rebuy", r"buy again"),\n'
    metrics.write_text(metrics.read_text().replace("SURVEY_METRICS = (\n", f"SURVEY_METRICS = (\n{line}"))
    for name, text in (("customers", CUSTOMERS), ("surveys", SURVEYS)):
        (folder / f"{name}.csv").write_text(text)
    for arguments in (("ingest", "--data", folder), ("kpis", "--language", "es")):
        command = [
            sys.executable,
            "-m",
            "lealtad.jobs.command_line",
            *map(str, arguments),
            "--out",
            str(folder / "run"),
        ]
        environment = os.environ | {"PYTHONPATH": str(copy)}
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own jobs
    return folder / "run"


def test_it_stands_in_the_table_on_the_map_and_for_the_company(run):
    table = pl.read_csv(run / "kpis.csv", infer_schema_length=None).filter(kpi="rebuy")
    assert (
        table.filter(pl.col("level").is_in(["journey", "company"])).select("value", "n").rows() == [(0.5, 2)] * 2
    )
    assert table["definition"].unique().to_list() == ["rebuy@1"]


def test_it_stands_on_both_pages_in_their_language(run):
    for name in ("journey.html", "kpis.html"):
        assert "Volverá a comprar" in (run / name).read_text()
    assert "Porcentaje de respuestas en el cuarto superior." in (run / "glossary.html").read_text()


def test_it_stands_in_both_sheets(run):
    book = openpyxl.load_workbook(run / "kpis.xlsx")
    for name in ("journey", "kpis"):
        assert "rebuy" in {cell.value for row in book[name].iter_rows() for cell in row}
