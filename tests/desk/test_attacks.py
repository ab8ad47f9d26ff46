"""What attackers try: forged forms, fixed sessions, frames, redirects, scripts in data, formulas, passwords."""

import os
import subprocess
import sys

import pytest

from tests.desk import company
from tests.desk.desks import PASSWORD, build_night, deliver, find_card, open_browser

SCRIPT = "<script>alert(1)</script>"
HOSTILE = [
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7*7 }}{% debug %}",
    "javascript:alert(1)",
]


def test_a_forged_form_changes_nothing(people, night):
    browser = open_browser(people.rep, enforce_csrf_checks=True)
    assert browser.post(f"/list/claim/{find_card('c01').pk}/").status_code == 403
    assert find_card("c01").claimed_by is None


def test_a_session_gets_a_new_key_with_the_login(people):
    browser = open_browser()
    browser.get("/login/")
    browser.cookies["sessionid"] = "fixed-by-an-attacker"
    browser.post("/login/", {"username": "rosa", "password": PASSWORD})
    assert browser.cookies["sessionid"].value != "fixed-by-an-attacker"
    assert browser.cookies["sessionid"]["httponly"]


def test_the_session_ends_with_the_logout(people):
    browser = open_browser()
    browser.post("/login/", {"username": "rosa", "password": PASSWORD})
    key = browser.cookies["sessionid"].value
    browser.post("/logout/")
    browser.cookies["sessionid"] = key
    assert browser.get("/list/").status_code == 302


@pytest.mark.parametrize(
    "address", ["/login/", "/list/", "/customer/?id=c01", "/nowhere/", "/api/customers/c01/card"]
)
def test_no_page_is_framed_or_runs_what_is_written_in_it(people, night, address):
    answer = open_browser(people.rep).get(address)
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    page = answer.content.decode()
    assert " style=" not in page
    assert " onclick=" not in page


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_form_leads_to_another_site(people, night, target):
    browser = open_browser(people.rep)
    card = find_card("c01").pk
    for address, form in {
        f"/list/claim/{card}/": {"back": target},
        "/language/": {"back": target, "language": "es"},
    }.items():
        assert browser.post(address, form)["Location"] in {"/list/", "/"}
    login = open_browser().post("/login/", {"username": "rosa", "password": PASSWORD, "next": target})
    assert login["Location"] == "/"


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_customer_or_colleague_runs(people, desk_out, tmp_path, monkeypatch, text):
    from django.conf import settings

    from lealtad.desk import acting
    from lealtad.desk.search_index import write_search_index

    lake = company.build_lake(tmp_path / "lake", text=text, name=text)
    write_search_index(lake, tmp_path / "desk")
    monkeypatch.setattr(settings, "DESK_OUT", tmp_path)
    monkeypatch.setattr(settings, "DESK_FOLDER", tmp_path / "desk")
    night = build_night()
    for row in night.rows:
        row.update(dict.fromkeys(("segment", "quadrant", "name", "reason_1", "reason_2", "against_1"), text))
        row.update(
            dict.fromkeys(("opening", "subject", "body"), text), channel=text[:40], suggested_action=text[:40]
        )
    deliver(rows=night.rows, actions={text[:40]: {**company.ACTIONS["call"], "words": {"en": text, "es": text}}})
    people.rep.first_name = text[:100]
    people.rep.save()
    acting.act_on_card(people.rep, find_card("c02").pk, acting.Act("override", code="other_date", words=text))
    for role, addresses in {
        "rep": ["/list/", "/customer/?id=c01", "/customer/?id=c02", f"/customers/?q={text}", "/customers/?q=c0"],
        "lead": ["/team/", "/list/", f"/list/?q={text}&segment={text}"],
        "administrator": ["/audit/", f"/audit/?customer={text}", "/accounts/"],
    }.items():
        browser = open_browser(getattr(people, role))
        for address in addresses:
            page = browser.get(address, follow=True).content.decode()
            assert SCRIPT not in page, address
            assert "<img src=x" not in page, address
            assert "' onmouseover='" not in page, address
            assert 'href="javascript:' not in page, address
            assert "49" not in page or "{{ 7*7 }}" not in text or "{{ 7*7 }}" in page, address


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_an_export_runs_as_a_formula(people, text):
    from lealtad.desk import acting

    night = build_night()
    for row in night.rows:
        row.update({"name": text, "reason_1": text, "segment": text})
    deliver(rows=night.rows)
    acting.act_on_card(people.rep, find_card("c01").pk, acting.Act("override", code="know_customer", words=text))
    for address in ("/list.csv", "/audit.csv"):
        rows = open_browser(people.administrator).get(address).content.decode()
        cells = [cell.strip('"') for line in rows.split("\n") for cell in line.split(",")]
        assert not [cell for cell in cells if cell[:1] in {"=", "+", "@", "\t", "\r"}], address
        assert f'"{text}"' not in rows, address


def test_guessing_a_password_becomes_slow(people):
    from django.conf import settings
    from django.utils import timezone

    from lealtad.desk.models import LoginFailure

    browser = open_browser()
    for _ in range(settings.DESK_FAILED_LOGINS):
        assert browser.post("/login/", {"username": "rosa", "password": "wrong"}).status_code == 200
    assert browser.post("/login/", {"username": "ROSA ", "password": PASSWORD}).status_code == 429
    assert browser.post("/login/", {"username": "lucia", "password": PASSWORD}).status_code == 302
    LoginFailure.objects.update(at=timezone.now() - timezone.timedelta(minutes=16))
    assert open_browser().post("/login/", {"username": "rosa", "password": PASSWORD}).status_code == 302


def test_the_id_of_a_customer_can_be_anything(people, night):
    browser = open_browser(people.rep)
    for strange in ("../../etc/passwd", "c01' or 1=1 --", "%", "a" * 5000, ""):
        assert browser.get("/customer/", {"id": strange}).status_code == 404
        assert browser.get("/customers/", {"q": strange}).status_code == 200


def test_no_request_has_a_nul_character(people, night):
    browser = open_browser(people.rep)
    card = find_card("c01").pk
    assert browser.get("/customer/", {"id": "\x00"}).status_code == 400
    assert browser.post(f"/list/claim/{card}/", {"key": "a\x00"}).status_code == 400
    assert browser.get("/list/\x00").status_code == 400
    assert find_card("c01").claimed_by is None


@pytest.mark.slow
def test_django_finds_nothing_to_mend_in_a_deployment(desk_out):
    environment = os.environ | {
        "LEALTAD_DESK_HOSTS": "desk.example",
        "DJANGO_SETTINGS_MODULE": "lealtad.desk.settings",
    }
    command = [sys.executable, "-m", "lealtad.desk", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_the_migrations_are_those_of_the_models(desk_out):
    from django.core.management import call_command

    call_command("makemigrations", "desk", check=True, dry_run=True, verbosity=0)
