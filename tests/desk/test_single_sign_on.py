"""Single sign-on against a real OpenID Connect provider in a process of its own."""

import http.client
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import find_spec
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

from lealtad.base.errors import SettingsError
from lealtad.desk.oidc_settings import read_oidc_settings
from tests.desk.servers import find_free_port, prepare, serve

pytestmark = pytest.mark.slow

needs_provider = pytest.mark.skipif(
    find_spec("allauth") is None or find_spec("oidc_provider_mock") is None,
    reason="django-allauth or oidc-provider-mock is not installed",
)
_START_SECONDS = 60
# as a company's provider knows them: by a number, with an email that it has verified or not
CLAIMS = [
    '{"sub": "17", "email": "Rosa@Acme.example", "email_verified": true}',
    '{"sub": "18", "email": "rosa@acme.example", "email_verified": false}',
    '{"sub": "19", "email": "nobody@acme.example", "email_verified": true}',
    '{"sub": "20", "email": "gone@acme.example", "email_verified": true}',
]
ADD_EMAILS = (
    "from lealtad.desk import run; from pathlib import Path; import sys; run.prepare_desk(Path(sys.argv[1])); "
    "from lealtad.desk.models import Person; "
    "Person.objects.filter(username='rosa').update(email='rosa@acme.example'); "
    "Person.objects.create(username='gone', email='gone@acme.example', is_active=False)"
)


@contextmanager
def provide_identities():
    """Run a provider; yield its address."""
    port = find_free_port()
    claims = [part for claim in CLAIMS for part in ("--user-claims", claim)]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--host", "127.0.0.1", *claims]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            try:
                if ask("GET", f"{address}/.well-known/openid-configuration", {}).status == 200:
                    break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        process.kill()
        process.wait()


def ask(method, address, cookies, form=None):
    """Ask once, without following; keep the cookies of the host."""
    parts = urlsplit(address)
    jar = cookies.setdefault(parts.netloc, {})
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, None if form is None else urlencode(form), headers)
        answer = connection.getresponse()
        answer.text = answer.read().decode()
    finally:
        connection.close()
    for name, value in re.findall(r"Set-Cookie: ([^=]+)=([^;]*)", str(answer.headers)):
        jar[name] = value
    answer.target = urljoin(address, answer.headers.get("Location", ""))
    return answer


def log_in(desk, subject, path="/"):
    """Log in as a browser does: the desk's button, the provider's form, the way back; return the last answer."""
    cookies, home = {}, f"http://127.0.0.1:{desk.port}"
    page = ask("GET", f"{home}/login/?next={path}", cookies)
    assert "id.acme" in page.text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text).group(1)
    form = {"csrfmiddlewaretoken": token, "next": path}
    at_provider = ask("POST", f"{home}/oidc/company/login/", cookies, form).target
    back = ask("POST", at_provider, cookies, {"sub": subject}).target
    assert back.startswith(f"{home}/oidc/company/callback/")
    answer = ask("GET", back, cookies)
    return answer, cookies, back


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    out = tmp_path_factory.mktemp("sso") / "run"
    prepare(out, 3, 1)
    subprocess.run([sys.executable, "-c", ADD_EMAILS, str(out)], check=True, env=os.environ)  # noqa: S603
    with provide_identities() as address:
        environment = {
            "LEALTAD_DESK_OIDC": address,
            "LEALTAD_DESK_OIDC_CLIENT": "desk",
            "LEALTAD_DESK_OIDC_SECRET": "${DESK_OIDC_SECRET}",
            "DESK_OIDC_SECRET": "secret",
            "LEALTAD_DESK_OIDC_NAME": "id.acme",
        }
        with serve(out, **environment) as running:
            yield running


@needs_provider
@pytest.mark.slow
def test_a_verified_email_opens_its_account_with_its_role(desk):
    for _ in range(2):  # the second time by the provider's number of the person
        answer, cookies, _ = log_in(desk, "17", "/list/")
        assert (answer.status, urlsplit(answer.target).path) == (302, "/list/")
        assert "rosa" in ask("GET", answer.target, cookies).text
        assert ask("GET", urljoin(answer.target, "/accounts/"), cookies).status == 403


@needs_provider
@pytest.mark.slow
@pytest.mark.parametrize("subject", ["18", "19", "20"], ids=["unverified", "unknown", "inactive"])
def test_nobody_else_comes_in(desk, subject):
    answer, cookies, _ = log_in(desk, subject)
    assert answer.status == 403
    home = ask("GET", f"http://127.0.0.1:{desk.port}/list/", cookies)
    assert (home.status, urlsplit(home.target).path) == (302, "/login/")


@needs_provider
@pytest.mark.slow
def test_a_way_back_counts_once_and_in_its_own_browser(desk):
    _, cookies, back = log_in(desk, "17")
    for browser in (cookies, {}):
        assert ask("GET", back, browser).status == 403
    forged = ask("GET", back.split("?", maxsplit=1)[0] + "?code=x&state=y", {})
    assert forged.status == 403


@needs_provider
@pytest.mark.slow
def test_no_other_site_is_opened_after_the_login_and_no_form_is_forged(desk):
    answer, _, _ = log_in(desk, "17", "https://evil.example/")
    assert urlsplit(answer.target).netloc == f"127.0.0.1:{desk.port}"
    login = f"http://127.0.0.1:{desk.port}/oidc/company/login/"
    assert ask("POST", login, {}, {}).status == 403
    assert ask("GET", login, {}).status == 405


@pytest.mark.parametrize(
    ("issuer", "client", "place"),
    [
        ("http://id.example", "desk", "LEALTAD_DESK_OIDC"),
        ("id.example", "desk", "LEALTAD_DESK_OIDC"),
        ("https://id.example", "", "LEALTAD_DESK_OIDC_CLIENT"),
    ],
)
def test_settings_that_cannot_be_are_refused(issuer, client, place):
    values = {"LEALTAD_DESK_OIDC": issuer, "LEALTAD_DESK_OIDC_CLIENT": client, "LEALTAD_DESK_OIDC_SECRET": "s"}
    with pytest.raises(SettingsError, match=place):
        read_oidc_settings(values)
