"""Drivers and themes at the desk: what the night's tables hold, in the reader's words."""

import polars as pl
import pytest

from lealtad.base.spreadsheet import write_csv
from tests.desk.desks import open_browser
from tests.desk.test_monday import COLUMNS, KPIS

DRIVERS = """outcome,driver,importance,low,high,group,gain,gain_low,gain_high,reach,performance,target,quadrant
nps,moment|reopened,0.15,0.06,0.25,1,0.3,-0.9,1.5,0.42,0.88,,keep
churn,moment|price_rise,0.2,0.1,0.3,1,12,4,20,0.4,0.7,0.9,fix_first
"""
THEMES = """theme,comments,share,negative_share,impact,impact_low,impact_high,odds,odds_low,odds_high,emerging
wait,55,0.02,0.68,-3.87,-7.2,-0.6,1.15,0.49,2.7,true
own_theme,3,0.001,0.5,,,,,,,false
"""


@pytest.fixture
def read(people, tmp_path, monkeypatch):
    from django.conf import settings

    for name, text in (("drivers", DRIVERS), ("themes", THEMES)):  # quoted, as the jobs write them
        write_csv(pl.read_csv(text.encode()), tmp_path / f"{name}.csv")
    monkeypatch.setattr(settings, "DESK_OUT", tmp_path)

    def read(address, language):
        people.head.language = language
        people.head.save()
        return open_browser(people.head).get(address).content.decode()

    return read


def test_drivers_are_shown_by_outcome_with_what_to_do(read):
    page = read("/drivers/?outcome=churn", "es")
    assert "Subida de precio" in page
    assert "Arreglar primero" in page
    assert "retendría +12 clientes al año" in page
    assert "Solved ticket reopened" in read("/drivers/?outcome=unknown", "en")


def test_themes_are_shown_with_their_impact(read):
    page = read("/themes/", "en")
    assert "the wait" in page
    assert "−3.9 (−7.2 – −0.6)" in page
    assert page.index("the wait") < page.index("own theme")
    assert page.count("emerging") == 1
    assert "la espera" in read("/themes/", "es")


@pytest.fixture
def quotes(tmp_path):
    """One masked sentence of a theme, and one of a touchpoint, with what a page must write out."""
    rows = [
        ("wait", "worst", "es", "Dos semanas <b>esperando</b>", "c01"),
        ("service|web|knowledge_base", "typical", "en", "I found nothing", "c02"),
    ]
    columns = ("about", "kind", "language", "text", "customer_id")
    pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row").write_parquet(
        tmp_path / "verbatims.parquet"
    )


def test_a_theme_shows_the_words_of_customers_and_never_who_they_are(read, quotes):
    page = read("/themes/", "es")
    assert '<blockquote lang="es"><span class="tag">peor</span> Dos semanas &lt;b&gt;esperando' in page
    assert "En sus palabras" in page
    assert "I found nothing" not in page
    assert "c01" not in page


def test_a_driver_and_a_touchpoint_of_the_journey_show_the_words_of_customers(read, quotes, tmp_path):
    row = "nps,touchpoint|service|web|knowledge_base,0.15,0.06,0.25,1,0.3,-0.9,1.5,0.42,0.88,,keep\n"
    write_csv(pl.read_csv((DRIVERS + row).encode()), tmp_path / "drivers.csv")
    assert "I found nothing" in read("/drivers/", "en")
    figure = KPIS.replace("help_center", "knowledge_base").splitlines()[1]
    (tmp_path / "kpis.csv").write_text("\n".join([COLUMNS, figure, figure.replace("web", "phone")]))
    page = read("/journey/", "en")
    assert page.count("I found nothing") == 1
