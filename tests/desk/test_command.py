"""`lealtad desk` as it is typed: accounts, refusals, and what it says."""

import os
import subprocess
import sys

import pytest

from tests.desk import company
from tests.desk.servers import serve

pytestmark = pytest.mark.slow


def run(*options, **environment):
    command = [sys.executable, "-m", "lealtad.jobs.command_line", "desk", *map(str, options)]
    return subprocess.run(  # noqa: S603 - our own command
        command,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_an_account_is_added_with_a_password_that_is_shown_once(tmp_path):
    company.build_lake(tmp_path / "lake")
    drawn = run("adduser", "rosa", "--role", "rep", "--team", "retention", "--out", tmp_path)
    assert drawn.returncode == 0, drawn.stderr
    assert drawn.stdout.startswith("rosa: ")
    given = run("adduser", "ada", "--role", "administrator", "--out", tmp_path, LEALTAD_DESK_PASSWORD="x" * 5)
    assert given.returncode == 2
    assert "at least 12 characters" in given.stderr
    wrong = run("adduser", "ada", "--role", "leader", "--out", tmp_path)
    assert wrong.returncode == 2
    assert "Did you mean 'lead'?" in wrong.stderr
    assert (tmp_path / "desk" / "desk.sqlite3").stat().st_mode & 0o077 == 0


def test_a_directory_without_a_lake_is_refused_and_stays_empty(tmp_path):
    refused = run("--out", tmp_path)
    assert refused.returncode == 2
    assert "Run lealtad nightly first" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_behind_a_proxy_pages_are_served_over_tls_alone_and_under_the_named_host(tmp_path):
    company.build_lake(tmp_path / "lake")
    with serve(tmp_path, ("desk.example",)) as desk:
        plain = desk.get("/login/", Host="desk.example")
        assert (plain.status, plain.headers["Location"]) == (301, "https://desk.example/login/")
        page = desk.get("/login/", Host="desk.example", X_Forwarded_Proto="https", X_Forwarded_For="192.0.2.7")
        assert page.status == 200
        assert "; Secure" in page.headers["Set-Cookie"]
        assert page.headers["Strict-Transport-Security"]
        assert desk.get("/login/", Host="evil.example", X_Forwarded_Proto="https").status == 400
