"""Every page of a run in both languages, from small companies, and a browser to look at them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from playwright.sync_api import sync_playwright

from lealtad.base.language import Language
from lealtad.base.navigation import link_pages
from lealtad.checks.leakage import LeakCheck, LeakFinding, LeakReport
from lealtad.checks.leakage import write_page as write_leak_page
from lealtad.checks.leakage.suspicion import LIMITS
from lealtad.checks.sensitivity import write_page as write_sensitivity_page
from lealtad.company.model_definition import ModelDefinition
from lealtad.experience.alerts import Ledger, Signal, update_ledger, write_alert_page
from lealtad.experience.company_kpis import BaseNps, write_kpi_page
from lealtad.experience.drivers import compute_drivers, write_driver_page
from lealtad.experience.journey import compute_journey_map, write_page
from lealtad.experience.listening import Taxonomy, listen, write_listening_page
from lealtad.lake.timeline import find_end_of_data
from lealtad.monitoring import write_page as write_monitor_page
from lealtad.monitoring.earnings import write_earnings_page
from lealtad.monitoring.overview import write_glossary_page, write_overview_page
from lealtad.monitoring.overview.nights import NightChange, NightFigures
from lealtad.recommending import Protocol, recommend
from lealtad.recommending.page import write_recommendation_page
from lealtad.worklist import Tile, select_team_columns
from lealtad.worklist import write_page as write_report
from lealtad.worklist.owners_page import write_owners_page
from tests.experience.journey.conftest import company, lake, settings, small  # noqa: F401 - fixtures
from tests.lakes import lake_of
from tests.monitoring.test_earnings import earn
from tests.monitoring.test_review import review
from tests.recommending.conftest import build_tables
from tests.recommending.planted import DAYS, at_day
from tests.worklist.example_list import ACTIONS, AS_OF, team

CHROMIUM = Path("/usr/bin/chromium")
BASE = BaseNps((17.2, 14.1, 20.3), (9.5, 5.5, 13.5), (-68.3, 77.6), 2766)
NIGHT = NightChange(
    NightFigures(datetime(2026, 1, 1, tzinfo=UTC), 9006, 165.2),
    NightFigures(datetime(2025, 12, 4, tzinfo=UTC), 8990, 171.0),
    59, 1234.5, {"retention": 40, "service": 19}, False, 30, 29, 12,
)  # fmt: skip
_METRICS = ("auc", "pr_auc", "brier", "ece", "lift_top_decile")


def _write_leaks(path: Path, language: Language) -> None:
    echo = pl.DataFrame(
        {
            "feature": ["orders_28d", "days_since_order"],
            "aspect": ["value", "absence"],
            **{f"auc_{name}": [0.8, 0.62] for name in ("0", "1", "2", "beyond", "newest")},
        }
    )
    checks = (LeakCheck("future removed", LIMITS[0].fix, 10, 5), LeakCheck("merges dated", "All are dated.", 0, 0))
    found = (LeakFinding("error", "echo", "orders_28d", LIMITS[0].says, LIMITS[0].fix),)
    days = ("2026-01-01",)
    write_leak_page(path, LeakReport(3, {}, days, days, 400, 2, checks, found, echo), language)


def _raise_alert() -> Ledger:
    values = {"open": 40, "usual": 12.0}
    queue = Signal("queue", "support", "support", is_raised=True, is_clear=False, values=values)
    return update_ledger(Ledger(), [queue], AS_OF)


def _write_report(path: Path, language: Language) -> None:
    rng = np.random.default_rng(3)
    p = rng.beta(1, 6, 2000)
    numbers = {f"{name}{end}": 0.1 for name in _METRICS for end in ("", "_low", "_high")}
    write_report(
        path,
        listed=select_team_columns(team(language)),
        tiles=[Tile("Active customers", "2,000", "under contract")],
        metrics=pl.DataFrame([{"name": name, "n": 2000, **numbers} for name in ("model", "frequency")]),
        judged=pl.DataFrame({"observed": rng.random(2000) < p, "model": p}),
        rows={"customers": {"rows_in": 3, "valid": 2, "rejected": 1}},
        definition=ModelDefinition(name="churn"),
        language=language,
    )


@pytest.fixture(scope="session")
def run(lake, settings, company, tmp_path_factory) -> dict[str, Path]:  # noqa: F811 - fixtures
    """The pages of a run by language."""
    end = find_end_of_data(lake)
    journey = compute_journey_map(lake, settings, end, 90)
    driven = compute_drivers(lake, settings, end, 0.25)
    heard = listen(lake, Taxonomy.read(), end)
    definitions = pl.DataFrame({"horizon_days": [28, 84], "churn_rate": [0.021, 0.06], "is_own": [True, False]})
    earned = earn(tmp_path_factory.mktemp("earned"))
    monitored = review(tmp_path_factory.mktemp("monitored"))
    shop = lake_of(tmp_path_factory.mktemp("offers") / "lake", build_tables())
    offers = recommend(shop, at_day(DAYS), Protocol(dates=2))
    folders = {}
    for code in ("en", "es"):
        language = Language.from_code(code, names=settings.names.by_language)
        folder = folders[code] = tmp_path_factory.mktemp(f"pages-{code}")
        write_page(folder / "journey.html", journey, language, BASE)
        write_driver_page(folder / "drivers.html", driven, language)
        write_listening_page(folder / "listening.html", heard, language)
        write_kpi_page(folder / "kpis.html", company, BASE, language)
        write_monitor_page(folder / "monitor.html", monitored, language)
        write_earnings_page(folder / "roi.html", earned, language, ACTIONS[code])
        listed = select_team_columns(team(language, [f"C-{i}" for i in range(10)]))
        write_owners_page(folder / "worklist.html", listed, language, as_of=AS_OF, actions=ACTIONS[code])
        _write_report(folder / "report.html", language)
        _write_leaks(folder / "leakcheck.html", language)
        write_recommendation_page(folder / "recommendations.html", offers, language)
        write_alert_page(folder / "alerts.html", _raise_alert(), AS_OF, language)
        write_sensitivity_page(folder / "sensitivity.html", definitions, language)
        write_glossary_page(folder / "glossary.html", settings, language, horizon_days=28, window_days=90)
        write_overview_page(
            folder / "index.html",
            NIGHT,
            earned,
            BASE,
            language,
            horizon_days=28,
            value_at_stake=9876.0,
            news=["–"],
            pages=[path.name for path in folder.glob("*.html")],
        )
        link_pages(folder)
    return folders


@pytest.fixture(scope="module")  # its event loop runs until it is closed, and others start their own
def browser():
    if not CHROMIUM.exists():
        pytest.skip("the system has no Chromium")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()
