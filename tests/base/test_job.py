"""Around a job: one at a time, whole outputs, a summary."""

import json
import multiprocessing
import time

import pytest

from lealtad.base import job
from lealtad.base.errors import BusyError, SettingsError


def hold(out, seconds):
    with job.step("other", out):
        (out / "started").touch()
        time.sleep(seconds)


def test_a_second_run_is_refused_while_one_is_going_and_let_in_after(tmp_path):
    other = multiprocessing.get_context("spawn").Process(target=hold, args=(tmp_path, 3))
    other.start()
    while not (tmp_path / "started").exists():
        time.sleep(0.02)
    with pytest.raises(BusyError, match="another run is using it"), job.step("mine", tmp_path):
        pass
    other.kill()  # a run that dies leaves no lock behind
    other.join()
    with job.step("mine", tmp_path):
        pass


def test_a_job_within_a_job_enters_the_same_lock(tmp_path):
    with job.step("outer", tmp_path), job.step("inner", tmp_path) as inner:
        inner.note(rows=3)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["rows"] == 3
    assert set(summary["seconds"]) == {"inner", "outer"}


def test_a_step_that_fails_leaves_the_summary_as_it_was(tmp_path):
    with job.step("good", tmp_path) as step:
        step.note(rows=1)
    before = (tmp_path / "summary.json").read_text()
    with pytest.raises(ZeroDivisionError), job.step("bad", tmp_path) as step:
        step.note(rows=2)
        _ = 1 / 0
    assert (tmp_path / "summary.json").read_text() == before


def test_outputs_are_moved_into_place_together_or_not_at_all(tmp_path):
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("old")
    with pytest.raises(RuntimeError), job.move_into_place(one, two) as [beside, _]:
        beside.write_text("new")
        raise RuntimeError
    assert one.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.txt"]
    with job.move_into_place(one, two) as paths:
        for path in paths:
            path.write_text("new")
    assert (one.read_text(), two.read_text()) == ("new", "new")


def test_a_file_in_the_place_of_the_directory_is_named(tmp_path):
    (tmp_path / "out").write_text("a file")
    with (
        pytest.raises(SettingsError, match="expected a directory that can be written to"),
        job.step("mine", tmp_path / "out"),
    ):
        pass
