"""Nobody but the owner reads what lealtad writes, whatever the mask of the shell says."""

import os
import sqlite3
import stat
import subprocess
import sys

import polars as pl
import pytest

from lealtad.base import job
from lealtad.base.private_files import (
    keep_private,
    make_private_folder,
    open_private,
    share_like_folder,
    write_private,
)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _careless_shell():
    before = os.umask(0o000)
    yield
    os.umask(before)


def test_a_step_makes_private_whatever_is_written_in_it_by_whom(tmp_path):
    out = tmp_path / "runs" / "mine"
    with job.step("night", out):
        (out / "lists").mkdir()
        pl.DataFrame({"customer_id": ["c1"]}).write_parquet(out / "lists" / "list.parquet")
        sqlite3.connect(out / "mlflow.db").execute("create table runs (id)").connection.close()
        subprocess.run([sys.executable, "-c", f"open({str(out / 'child.txt')!r}, 'w')"], check=True)  # noqa: S603 - our own Python
    assert {path.name: oct(mode(path)) for path in out.rglob("*") if path.is_file()} == dict.fromkeys(
        [".lock", ".sums.json", "child.txt", "list.parquet", "mlflow.db", "summary.json"], "0o600"
    )
    assert [oct(mode(path)) for path in (out.parent, out, out / "lists")] == ["0o700"] * 3
    assert os.umask(0) == 0, "the mask of the process is as it was"


def test_what_is_moved_into_place_is_private_outside_of_a_step_too(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("of an older version")
    with job.move_into_place(path) as [beside]:
        beside.write_text("new")
    assert mode(path) == 0o600


@pytest.mark.parametrize("content", ["señal\n", b"\x00\r\n"])
def test_a_file_that_was_open_to_all_is_closed_when_it_is_written_again(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_text("old, and longer than the new")
    write_private(path, content)
    assert mode(path) == 0o600
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)


def test_a_file_that_must_be_new_is_refused_where_there_is_one(tmp_path):
    write_private(tmp_path / "key", "1")
    with pytest.raises(FileExistsError):
        open_private(tmp_path / "key", "x")


def test_a_folder_keeps_the_permission_that_somebody_gave_it(tmp_path):
    team = tmp_path / "owners" / "service"
    make_private_folder(team)
    assert mode(team) == mode(team.parent) == 0o700
    team.chmod(0o750)
    make_private_folder(team)
    assert mode(team) == 0o750


@pytest.mark.parametrize(("folder", "file"), [(0o700, 0o600), (0o750, 0o640), (0o755, 0o644), (0o777, 0o644)])
def test_a_list_is_readable_for_whom_its_folder_was_opened(tmp_path, folder, file):
    path = tmp_path / "worklist.csv"
    write_private(path, "customer_id")
    tmp_path.chmod(folder)
    share_like_folder(path)
    assert mode(path) == file


def test_the_mask_comes_back_after_an_error():
    with pytest.raises(ZeroDivisionError), keep_private():
        _ = 1 / 0
    assert os.umask(0) == 0
