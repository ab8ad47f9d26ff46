"""Every page in a real browser: both languages, wide and narrow, light and dark, by axe-core and by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from lealtad.base import navigation
from lealtad.base.language import Language

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
PAGES = sorted(name for name in navigation._name_pages(Language.from_code("en")) if "/" not in name)
# a phone is tried in the dark: both schemes are looked at, at no more cost
SCREENS = [({"width": 1280, "height": 900}, "light"), ({"width": 390, "height": 844}, "dark")]


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize(("viewport", "scheme"), SCREENS, ids=["1280", "390"])
def test_no_page_has_a_serious_finding_or_scrolls_sideways(run, browser, code, viewport, scheme):
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    broken, wide, errors = [], [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    for name in PAGES:
        page.goto((run[code] / name).as_uri())
        found = Axe().run(page).response["violations"]
        broken += [
            (name, one["id"], one["nodes"][0]["html"][:160])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        if page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
            wide.append(name)
    context.close()
    assert (broken, wide, errors) == ([], [], [])


def test_the_rows_of_a_stage_are_sorted_by_a_column_and_back(run, browser):
    page = browser.new_page()
    page.goto((run["es"] / "journey.html").as_uri())
    table = page.locator("section[aria-labelledby=purchase] table.rows")
    contacts = table.locator("tbody td:nth-child(3)")

    def read() -> list[float]:
        return [float(cell.get_attribute("data-value")) for cell in contacts.all()]

    head = table.locator("thead th").nth(2)
    head.locator("button").click()
    assert read() == sorted(read(), reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    head.locator("button").press("Enter")
    assert read() == sorted(read())
    names = table.locator("thead th").nth(0)
    names.locator("button").click()
    assert (names.get_attribute("aria-sort"), head.get_attribute("aria-sort")) == ("ascending", None)
    page.close()


@pytest.mark.parametrize("code", ["en", "es"])
def test_every_page_leads_to_every_other_and_all_speak_one_language(run, code):
    for name in PAGES:
        text = (run[code] / name).read_text()
        links = re.findall(r'<a href="([^"#]+)"', text.split("<!-- /navigation -->")[0])
        assert sorted(links) == PAGES
        assert all((run[code] / link).is_file() for link in re.findall(r'href="([^"#]+)"', text))
        assert f'<html lang="{code}">' in text
        assert text.count('aria-current="page"') == 1


def test_no_page_has_an_inline_style_or_asks_another_server(run):
    for folder in run.values():
        for path in folder.glob("*.html"):
            text = path.read_text()
            assert not re.search(r'<[^>]+ style="', text), path.name
            assert not re.search(r'(?:src|href)="(?:https?:)?//', text), path.name


def test_spanish_pages_name_touchpoints_and_owners_in_spanish(run):
    page = (run["es"] / "journey.html").read_text()
    assert "Compra en la web" in page
    assert "ventas" in page
    assert "Web checkout" not in page


def test_a_page_alone_has_no_links_and_a_past_list_leads_home(tmp_path: Path):
    page = '<html lang="es"><!-- navigation --><!-- /navigation --></html>'
    (tmp_path / "worklist.html").write_text(page)
    navigation.link_pages(tmp_path)
    assert (tmp_path / "worklist.html").read_text() == page
    past = tmp_path / "lists" / "2026-01-01"
    past.mkdir(parents=True)
    (tmp_path / "index.html").write_text(page)
    (past / "worklist.html").write_text(page)
    navigation.link_pages(past)
    assert 'href="../../index.html"' in (past / "worklist.html").read_text()
