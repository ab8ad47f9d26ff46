"""The Monday of each role in a real browser: what they do works, reads well for everybody, and breaks no policy.

LEALTAD_MONDAYS=all plays it in both languages at both widths; otherwise in English on a wide screen.
"""

import os
import shutil

import pytest

from tests.desk import company
from tests.desk.desks import PASSWORD
from tests.desk.servers import prepare, serve

CHROMIUM = "/usr/bin/chromium"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which(CHROMIUM), reason="Chromium is not installed"),
]
ALL = [("en", 1280), ("es", 390), ("es", 1280), ("en", 390)]
MONDAYS = ALL if os.environ.get("LEALTAD_MONDAYS") == "all" else ALL[:1]
WORDS = {
    "en": {"claim": "Claim", "save": "Save", "accepted": "Accepted", "undo": "Undo", "yours": "is yours"},
    "es": {"claim": "Tomar", "save": "Guardar", "accepted": "Aceptó", "undo": "Deshacer", "yours": "es suyo"},
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    out = tmp_path_factory.mktemp("monday") / "run"
    prepare(out, 60, 1)
    (out / "kpis.csv").write_text(KPIS)
    with serve(out) as running:
        yield running


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


class Visit:
    """A person at a browser."""

    def __init__(self, chromium, desk, language, width, *, scripts=True):
        self.context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, accept_downloads=True
        )
        self.page, self.complaints = self.context.new_page(), []
        self.page.set_default_timeout(15_000)
        self.language, self.scripts = language, scripts
        self.base = f"http://127.0.0.1:{desk.port}"
        self.page.on(
            "console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def log_in(self, username):
        self.page.goto(self.base + "/login/")
        if self.page.get_attribute("html", "lang") != self.language:
            self.page.click("button[name=language]")
        self.check()
        self.page.fill("#username", username)
        self.page.fill("#password", PASSWORD)
        self.page.click("main form button")
        if self.page.get_attribute("html", "lang") != self.language:
            self.page.click("button[name=language]")
        assert self.page.get_attribute("html", "lang") == self.language

    def open(self, address):
        self.page.goto(self.base + address)
        self.check()

    def check(self):
        """No serious finding of axe, nothing wider than the screen, no complaint of the browser."""
        if self.scripts:
            from axe_playwright_python.sync_playwright import Axe

            found = Axe().run(self.page).response["violations"]
            assert [f["id"] for f in found if f["impact"] in {"serious", "critical"}] == [], self.page.url
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert self.page.evaluate(wide) <= 0, self.page.url
        assert self.complaints == [], self.page.url


@pytest.fixture(params=MONDAYS, ids=lambda both: f"{both[0]}-{both[1]}")
def visit(request, chromium, desk):
    visitor = Visit(chromium, desk, *request.param)
    yield visitor
    visitor.context.close()


def claim_and_open(visit):
    """Claim the first free customer of the list, and open their page."""
    words, page = WORDS[visit.language], visit.page
    visit.open("/list/?claimed=free")
    row = page.locator("#rows tbody tr").first
    name = row.get_attribute("id")
    row.get_by_role("button", name=words["claim"]).click()
    page.locator("#messages").get_by_text(words["yours"]).wait_for()
    assert page.evaluate("document.activeElement.id") == name
    page.locator(f"#{name} a").click()
    visit.check()


def test_the_monday_of_a_representative(visit):
    words, page = WORDS[visit.language], visit.page
    visit.log_in("rosa")
    claim_and_open(visit)
    page.get_by_label(words["accepted"]).check()
    page.locator("#outcome-form button").first.click()
    visit.check()
    page.locator(".timeline").get_by_role("button", name=words["undo"]).click()
    visit.check()
    page.get_by_label(words["accepted"]).check()
    page.locator("#outcome-form button").first.click()
    claim_and_open(visit)
    page.locator("details summary").first.click()
    page.locator("input[name=code][value=know_customer]").check()
    page.locator("#override-words").fill("Se muda a otra ciudad")
    page.locator("details button").first.click()
    visit.check()
    visit.open(f"/customers/?q={company.UNLISTED}")
    page.get_by_label(words["accepted"]).check()
    page.locator("#outcome-form button").first.click()
    visit.check()
    visit.open("/password/")


def test_the_list_by_keyboard(visit):
    visit.log_in("rosa")
    visit.open("/list/?claimed=free")
    for key in ("j", "j", "k"):
        visit.page.keyboard.press(key)
    first = visit.page.locator("#rows tbody tr").first.get_attribute("id")
    assert visit.page.evaluate("document.activeElement.id") == first
    visit.page.keyboard.press("c")
    visit.page.locator("#messages").get_by_text(WORDS[visit.language]["yours"]).wait_for()
    visit.page.keyboard.press("/")
    assert visit.page.evaluate("document.activeElement.id") == "q"


def test_the_monday_of_a_lead(visit):
    visit.log_in("lucia")
    visit.open("/list/")
    visit.page.locator("input[name=card]").first.check()
    visit.page.locator("#bulk button").first.click()
    visit.check()
    visit.open("/list/?claimed=free")
    visit.page.locator("input[name=card]").first.check()
    visit.page.locator("#assignee").select_option(label="rosa")
    visit.page.locator("#bulk button").last.click()
    visit.check()
    visit.open("/team/")
    form = visit.page.locator("form[action='/team/assign/']").first
    form.locator("select").select_option(label="rosa")
    form.locator("button").click()
    visit.check()
    visit.open("/overrides/")
    with visit.page.expect_download() as download:
        visit.page.evaluate("location.href = '/list.csv'")
    assert download.value.suggested_filename == "list.csv"


def test_the_monday_of_a_head_of_customer_experience(visit):
    visit.log_in("hugo")
    for address in (
        "/team/",
        "/overrides/",
        "/journey/",
        "/journey/?misses=1",
        "/kpis/",
        "/monitor/",
        "/earned/",
        "/drivers/",
        "/themes/",
    ):
        visit.open(address)


def test_the_monday_of_an_administrator(visit):
    page = visit.page
    visit.log_in("ada")
    visit.open("/accounts/")
    visit.open("/accounts/new/")
    page.fill("#id_username", f"nueva-{visit.language}-{page.viewport_size['width']}")
    page.fill("#id_password", PASSWORD)
    page.locator("main form button").click()
    visit.check()
    visit.open("/tokens/")
    page.fill("#system", "crm")
    page.locator("main form button").first.click()
    visit.check()
    assert page.locator("code").inner_text()
    visit.open("/audit/?kind=logged_in")


def test_without_scripts_everything_is_a_plain_form(chromium, desk):
    visit = Visit(chromium, desk, "es", 360, scripts=False)
    visit.log_in("rosa")
    visit.open("/list/?claimed=free")
    visit.page.locator("#rows tbody tr").first.get_by_role("button", name="Tomar").click()
    visit.page.locator("#rows tr.mine a, #rows tbody tr a").first.click()
    visit.page.get_by_label("Aceptó").check()
    visit.page.locator("#outcome-form button").first.click()
    assert "Guardado" in visit.page.locator("#messages").inner_text()
    visit.context.close()


# two figures as a night leaves them
COLUMNS = (
    "as_of,level,stage,touchpoint,channel,volume,customers,owner,kpi,metric,kind,scale_min,scale_max,"
    "higher_is_easier,value,n,low,high,previous,trend,target,alert"
)
KPIS = f"""{COLUMNS}
2026-03-02,touchpoint,service,help_center,web,9,8,support,csat,csat,transactional,1,5,,.6,50,.5,.7,.6,unclear,.75,true
2026-03-02,company,,,,,,,nps,nps,relational,0,10,,21,120,8,33,18,unclear,20,false
"""
