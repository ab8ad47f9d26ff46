"""`lealtad desk` as it is typed: accounts, refusals, and what it says."""

import os
import subprocess
import sys

import pytest

from tests.desk import company

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
