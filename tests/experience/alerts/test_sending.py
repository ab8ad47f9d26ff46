"""Mails and messages to real servers on this machine: each alert once, and again only where it was not taken."""

import json
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from lealtad.base.errors import SettingsError
from lealtad.base.language import Language
from lealtad.base.webhook import sign
from lealtad.company.alert_settings import AlertSettings
from lealtad.company.privileges import list_privileges
from lealtad.company.settings import Settings
from lealtad.experience.alerts import Ledger, Signal, send_alerts, update_ledger

NIGHT = datetime(2026, 6, 30, tzinfo=UTC)
ENGLISH, SPANISH = Language.from_code("en"), Language.from_code("es")


class Mailbox:
    """Keeps what the server takes; refuses while it is told to."""

    def __init__(self):
        self.mails, self.refuses = [], False

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the name of aiosmtpd
        if self.refuses:
            return "451 try again later"
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 taken"


@contextmanager
def serve_mail(**options):
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=60, **options)
    server.start()
    try:
        yield box, port
    finally:
        server.stop()


@contextmanager
def serve_hook(statuses):
    taken = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            taken.append((self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers)))
            self.send_response(statuses[min(len(taken), len(statuses)) - 1])
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield taken, f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def report(*owners):
    values = {"open": 40, "usual": 12.0}
    signals = [
        Signal("queue", owner or "", owner, is_raised=True, is_clear=False, values=values) for owner in owners
    ]
    return update_ledger(Ledger(), signals, NIGHT)


def mail_settings(port, **more):
    return AlertSettings(
        mail_server=f"smtp://127.0.0.1:{port}",
        mail_from="lealtad@example.com",
        mail_to=("cx@example.com",),
        owners={"support": ("ana@example.com", "luis@example.com")},
        **more,
    )


def test_each_owner_gets_one_mail_and_what_nobody_owns_goes_to_the_others_once():
    with serve_mail() as (box, port):
        ledger, errors = send_alerts(report("support", "store", None), mail_settings(port), SPANISH)
        assert errors == []
        again, errors = send_alerts(ledger, mail_settings(port), SPANISH)
    assert (again, errors) == (ledger, [])
    by_people = {tuple(people): mail for people, mail in box.mails}
    assert set(by_people) == {("ana@example.com", "luis@example.com"), ("cx@example.com",)}
    mail = by_people["ana@example.com", "luis@example.com"]
    assert mail["Subject"] == "1 aviso del 30 de junio de 2026"
    text = mail.get_content()
    assert "Tickets abiertos: 40; lo habitual" in text
    assert "alerts.html#" in text
    assert by_people["cx@example.com",]["Subject"].startswith("2 avisos")


def test_a_server_that_refuses_gets_the_alert_the_next_night_and_seven_times_at_most():
    with serve_mail() as (box, port):
        box.refuses = True
        ledger, [error] = send_alerts(report("support"), mail_settings(port), ENGLISH)
        assert error.exit_code == 3
        assert "try again later" in str(error)
        box.refuses = False
        ledger, errors = send_alerts(ledger, mail_settings(port), ENGLISH)
        assert (len(box.mails), errors) == (1, [])
    never = report("support")
    for _ in range(9):
        never, errors = send_alerts(never, mail_settings(port), ENGLISH)
    assert never.alerts[0].tries == 7
    assert errors == []


def test_the_server_is_logged_into_with_a_password_that_no_message_repeats(monkeypatch):
    def check(_server, _session, _envelope, _mechanism, data):
        is_right = isinstance(data, LoginPassword) and data.password == b"s3cret/@"
        return AuthResult(success=is_right, handled=False)  # the server itself answers a wrong one

    options = {"authenticator": check, "auth_require_tls": False}
    with serve_mail(**options) as (box, port):
        settings = mail_settings(port).model_copy(
            update={"mail_server": f"smtp://lealtad:${{SMTP_PASSWORD}}@127.0.0.1:{port}"}
        )
        with pytest.raises(SettingsError, match="SMTP_PASSWORD"):
            send_alerts(report(None), settings, ENGLISH)
        monkeypatch.setenv("SMTP_PASSWORD", "wrong-one")
        _, [error] = send_alerts(report(None), settings, ENGLISH)
        assert "wrong-one" not in str(error)
        monkeypatch.setenv("SMTP_PASSWORD", "s3cret/@")
        _, errors = send_alerts(report(None), settings, ENGLISH)
    assert errors == []
    assert len(box.mails) == 1


def test_a_webhook_gets_each_alert_signed_and_under_the_same_key_until_it_takes_it(monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", "secret")
    with serve_hook([503, 204]) as (taken, url):
        settings = AlertSettings(webhook=url, webhook_secret="${HOOK_SECRET}")  # noqa: S106 - a reference
        ledger, [error] = send_alerts(report("support"), settings, ENGLISH)
        assert "HTTP 503" in str(error)
        ledger, errors = send_alerts(ledger, settings, ENGLISH)
        assert errors == []
        send_alerts(ledger, settings, ENGLISH)
    (first, headers), (second, others) = taken
    assert headers["Idempotency-Key"] == others["Idempotency-Key"]
    assert headers["X-Lealtad-Signature"] == sign(first, headers["X-Lealtad-Timestamp"], "secret")
    assert json.loads(second)["sentence"].startswith("Open tickets: 40")


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ({"mail_server": "smtps://mail.example.com"}, "mail_from"),
        ({"mail_server": "http://mail.example.com", "mail_from": "a@b.es", "mail_to": ["a@b.es"]}, "smtps://"),
        ({"mail_to": ["a@b.es\nBcc: c@d.es"]}, "a mail address"),
        ({"webhook": "http://hooks.example.com/x", "webhook_secret": "${X}"}, "https"),
        ({"webhook": "https://hooks.example.com/x", "webhook_secret": "plain"}, "webhook_secret"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path, section, expected):
    path = tmp_path / "lealtad.toml"
    path.write_text("[alerts]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in section.items()))
    with pytest.raises(SettingsError, match=expected):
        Settings.read(path)


def test_a_password_in_plain_words_is_refused_and_not_repeated(tmp_path):
    path = tmp_path / "lealtad.toml"
    path.write_text('[alerts]\nmail_server = "smtps://me:hunter2@mail.example.com"\n')
    with pytest.raises(SettingsError) as error:
        Settings.read(path)
    assert "hunter2" not in str(error.value)


def test_where_alerts_go_needs_permission_and_another_recipient_another_one():
    def list_asked(**more):
        return {each.digest for each in list_privileges(Settings(alerts=mail_settings(25, **more)))}

    hook = {"webhook": "https://hooks.example.com/x", "webhook_secret": "${X}"}
    assert len(list_asked(**hook)) == 2
    other = mail_settings(25).model_copy(update={"mail_to": ("eve@example.com",)})
    assert list_asked() != {each.digest for each in list_privileges(Settings(alerts=other))}
    [asked] = list_privileges(Settings(alerts=mail_settings(25)))
    assert "ana@example.com" in asked.sentence
