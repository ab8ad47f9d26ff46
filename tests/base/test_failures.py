"""A disk, a permission or memory that fails ends a job in one message; a mistake of ours does not."""

import errno

import pytest

from lealtad.base import job
from lealtad.base.errors import DamageError, SettingsError
from lealtad.base.failures import explain_failure
from lealtad.base.outputs import check_output, find_altered


class LibraryPanicError(BaseException):
    """As a library written in Rust ends."""


def run(monkeypatch, capsys, error):
    def ingest():
        raise error

    monkeypatch.setattr("sys.argv", ["lealtad"])
    with pytest.raises(SystemExit) as ended:
        job.run_command(ingest)
    return ended.value.code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "lake/a.parquet"),
            "ingest: lake/a.parquet: No space left",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", "run"),
            "Name a directory that can be written to with --out.",
        ),
        (MemoryError(), "ingest: memory: no more memory."),
        (
            RuntimeError("Generic LocalFileSystem error: No space left on device (os error 28)"),
            "Free space on the",
        ),
        (LibraryPanicError("called `Result::unwrap()`: Input/output error (os error 5)"), "lealtad lake verify"),
    ],
)
def test_a_failure_is_one_message_with_a_fix(monkeypatch, capsys, error, expected):
    code, message = run(monkeypatch, capsys, error)
    assert code == 2
    assert expected in message
    assert len(message.splitlines()) == 1


def test_a_failure_below_another_error_is_found():
    error = ValueError("no such table")
    error.__cause__ = OSError(errno.EACCES, "Permission denied", "x")
    assert "Permission denied" in str(explain_failure(error))


def test_a_mistake_of_ours_is_no_failure(monkeypatch):
    def ingest():
        raise ZeroDivisionError

    monkeypatch.setattr("sys.argv", ["lealtad"])
    with pytest.raises(ZeroDivisionError):
        job.run_command(ingest)


def test_a_damaged_summary_is_refused_before_the_work(tmp_path):
    with job.step("ingest", tmp_path) as step:
        step.note(rows=3)
    path = tmp_path / "summary.json"
    for text in ("{", "[]", path.read_text().replace('"rows": 3', '"rows": 4')):
        path.write_text(text)
        with pytest.raises(DamageError, match="Delete it: the next jobs write it again"), job.step("x", tmp_path):
            pytest.fail("it began")
    path.unlink()
    with job.step("ingest", tmp_path) as step:
        step.note(rows=3)
    assert job.read_summary(tmp_path)["rows"] == 3


def test_a_lock_that_is_a_folder_is_named(tmp_path):
    (tmp_path / ".lock").mkdir()
    with pytest.raises(SettingsError, match=r"\.lock \(Is a directory\)"), job.step("x", tmp_path):
        pytest.fail("it began")


def test_what_a_job_left_is_read_back_only_as_it_was_written(tmp_path):
    path = tmp_path / "list.csv"
    with job.step("worklist", tmp_path), job.move_into_place(path) as [beside]:
        beside.write_text("a,1")
    check_output(path)
    path.write_text("a,2")
    with pytest.raises(DamageError, match="expected what a job wrote, found an altered file"):
        check_output(path)
    assert list(find_altered(tmp_path)) == [path]
    with job.step("worklist", tmp_path), job.move_into_place(path) as [beside]:
        beside.write_text("a,3")
    assert not list(find_altered(tmp_path))
    path.unlink()
    assert not list(find_altered(tmp_path))
