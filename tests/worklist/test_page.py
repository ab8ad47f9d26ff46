"""The report: the list beside how far the model can be trusted, in both languages, for an empty night too."""

import numpy as np
import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.company.model_definition import ModelDefinition
from lealtad.worklist import Tile, select_team_columns, write_page
from lealtad.worklist.owners_page import write_owners_page
from tests.worklist.example_list import ACTIONS, AS_OF, team

_METRICS = ("auc", "pr_auc", "brier", "ece", "lift_top_decile")


CAME_IN = {"customers": {"rows_in": 3, "valid": 2, "rejected": 1}}


def report(path, code, listed, rows=CAME_IN):
    language = Language.from_code(code)
    rng = np.random.default_rng(3)
    p = rng.beta(1, 6, 2000)
    numbers = {f"{name}{end}": 0.1 for name in _METRICS for end in ("", "_low", "_high")} | {"ece": 0.004}
    write_page(
        path,
        listed=listed,
        tiles=[Tile("Active customers", "2,000", "under contract")],
        metrics=pl.DataFrame([{"name": "model", "n": 2000, **numbers}]),
        judged=pl.DataFrame({"observed": rng.random(2000) < p, "model": p}),
        rows=rows,
        definition=ModelDefinition(name="churn"),
        language=language,
    )
    return path.read_text()


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_report_says_what_the_list_rests_on_and_does_not_repeat_it(tmp_path, code):
    listed = select_team_columns(team(Language.from_code(code), ["<b>bold</b>", "C-2"]))
    page = report(tmp_path / "report.html", code, listed)
    assert "C-2" not in page
    assert listed["reason_1"][0] not in page
    assert page.count("<svg") == 2
    assert not [tag for tag in ("style=", "<dl>") if tag in page]


@pytest.mark.slow
def test_a_load_that_brought_nothing_is_no_table_of_zeros(tmp_path):
    listed = select_team_columns(team(Language.from_code("es")))
    nothing = {"customers": dict.fromkeys(CAME_IN["customers"], 0)}
    assert '<th scope="row">customers</th>' in report(tmp_path / "report.html", "es", listed)
    page = report(tmp_path / "report.html", "es", listed, nothing)
    assert "En la última carga no entró nada nuevo." in page
    assert '<th scope="row">customers</th>' not in page
    assert "Lo que entró" not in report(tmp_path / "report.html", "es", listed, {})


def test_the_calibration_error_stands_alone(tmp_path):
    page = report(tmp_path / "report.html", "es", select_team_columns(team(Language.from_code("es"))))
    assert '<td class="number">0,004</td>' in page


def test_an_empty_night_has_a_report_too(tmp_path):
    empty = select_team_columns(team(Language.from_code("en"))).clear()
    assert "There are no customers to contact today." in report(tmp_path / "report.html", "en", empty)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("en", ("effect mixed, 62% from campaigns", "costs €10.00 of the expected gain", "may gain €2.50 more")),
        (
            "es",
            ("efecto mixto, 62\u00a0% de campañas", "10,00\u00a0€ de la ganancia", "podría ganar 2,50\u00a0€ más"),
        ),
    ],
)
def test_the_page_says_what_an_effect_rests_on_and_what_reasons_cost(tmp_path, code, says):
    language = Language.from_code(code)
    listed = select_team_columns(team(language, [f"C-{i}" for i in range(10)]))
    write_owners_page(tmp_path / "list.html", listed, language, as_of=AS_OF, actions=ACTIONS[code])
    page = (tmp_path / "list.html").read_text()
    assert not [text for text in says if text not in page]


def test_owners_are_called_what_the_company_calls_them(tmp_path):
    language = Language.from_code("es", names={"es": {"owners": {"retention": "Equipo <fiel>"}}})
    listed = select_team_columns(team(language)).with_columns(pl.lit("retention").alias("owner"))
    write_owners_page(tmp_path / "list.html", listed, language, as_of=AS_OF, actions=ACTIONS["es"])
    assert "<h2>Equipo &lt;fiel&gt;</h2>" in (tmp_path / "list.html").read_text()
