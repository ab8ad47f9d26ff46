"""The command line: what messages name exists, exit codes mean one thing, and a reader that leaves ends no job."""

import ast
import json
import multiprocessing
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lealtad.base import job
from lealtad.base.errors import ExitCode
from lealtad.base.progress import track
from lealtad.jobs import serve as serving
from lealtad.jobs.command_line import COMMANDS, describe_commands, import_command
from tests.conftest import ROOT

WORDS = {*(name.split()[0] for name in COMMANDS), "help", "COMMAND", "JOB"}
# what follows the name in a message that speaks of lealtad itself: "an older lealtad wrote it"
VERBS = {
    "and",
    "can",
    "derives",
    "did",
    "does",
    "in",
    "kept",
    "knew",
    "knows",
    "loaded",
    "needs",
    "reads",
    "runs",
    "this",
    "wrote",
}
BLOCK = re.compile(r"```(?:sh|bash|console)\n(.*?)```", re.DOTALL)
INLINE = re.compile(r"`lealtad ([\w-]+)")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "models").rglob("*.md"))]
MODULES = sorted(path for folder in ("src", "pipelines", "bench") for path in (ROOT / folder).rglob("*.py"))
TEXTS = [
    *PAGES,
    *MODULES,
    *sorted((ROOT / "notebooks").glob("*.ipynb")),
    *sorted((ROOT / "src").rglob("*.po")),
    *sorted((ROOT / "src").rglob("*.jinja")),
    ROOT / "MLproject",
    ROOT / "Makefile",
]


def messages(path: Path) -> list[str]:
    """The strings of a module that are no docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


def test_every_command_that_a_text_names_exists():
    wrong = [
        f"{path.relative_to(ROOT)}: lealtad {word}"
        for path in TEXTS
        for word in INLINE.findall(path.read_text("utf-8"))
        if word not in WORDS and not word.startswith("--")
    ]
    assert wrong == []


def test_every_command_of_a_shell_block_exists():
    commands = [
        (path.name, word)
        for path in PAGES
        for block in BLOCK.findall(path.read_text("utf-8"))
        for word in re.findall(r"^\s*lealtad ([\w-]+)", block, re.MULTILINE)
    ]
    assert len(commands) > 10
    assert [(page, word) for page, word in commands if word not in WORDS and not word.startswith("--")] == []


@pytest.mark.slow
def test_every_command_of_a_message_exists():
    wrong = [
        f"{path.relative_to(ROOT)}: lealtad {word}"
        for path in MODULES
        for text in messages(path)
        for word in re.findall(r"\blealtad ([\w-]+)", text)
        if word not in WORDS | VERBS and not word.startswith("--")
    ]
    assert wrong == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself(run, name):
    assert callable(import_command(name))
    words = name.split()
    for arguments in ((*words, "--help"), (*words, "-h"), ("help", *words)):
        done = run(*arguments)
        assert done.code == 0
        assert done.out.startswith(f"Usage: lealtad {name}")
    assert f"  {name} " in describe_commands()


def test_an_unknown_command_is_refused_with_the_nearest(monkeypatch, run):
    done = run("nightli")
    assert (done.code, done.out) == (ExitCode.FIX, "")
    assert "Did you mean 'nightly'?" in done.err


def test_the_table_of_exit_codes_is_whole():
    page = (ROOT / "docs" / "nightly.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \|", page, re.MULTILINE)
    assert [int(code) for code in rows] == list(ExitCode)


def _hold(out):
    with job.step("other", out):
        (out / "started").touch()
        time.sleep(60)


@pytest.mark.slow
def test_every_job_that_writes_ends_in_75_while_another_is_at_work(run, tmp_path):
    other = multiprocessing.get_context("spawn").Process(target=_hold, args=(tmp_path,))
    other.start()
    try:
        while not (tmp_path / "started").exists():
            time.sleep(0.02)
        apart = {"init", "check", "desk", "serve", "promote", "experiment", "outcomes", "lake verify"}
        named = {
            "customer": ("c1",),
            "object": ("c1", "--because", "x"),
            "readmit": ("c1", "--because", "x"),
            "lake withdraw": ("orders", "o1", "--because", "x"),
        }
        writing = [name for name in COMMANDS if name not in apart and name not in named]
        codes = {name: run(name, "--out", tmp_path).code for name in writing}
        codes |= {name: run(name, *words, "--out", tmp_path).code for name, words in named.items()}
        codes["experiment"] = run("experiment", "plan", "x", "--out", tmp_path).code
        codes["outcomes"] = run("outcomes", "worklist.xlsx", "--out", tmp_path).code
        codes["promote"] = run("promote", "--out", tmp_path, "--model", "churn", "--to", 1, "--because", "x").code
    finally:
        other.kill()
        other.join()
    assert codes == dict.fromkeys(codes, ExitCode.BUSY)


def test_serving_without_a_run_says_what_to_do(run, tmp_path):
    done = run("serve", "--out", tmp_path / "nothing")
    assert done.code == ExitCode.FIX
    assert "lealtad ingest" in done.err


def test_the_server_listens_on_this_machine_alone_and_unpickles_nothing(run, tmp_path, monkeypatch):
    from lealtad.models import registry

    class Champion:
        version = "3"
        address = "checked/files"
        season = None

    def start(program, arguments, environment):
        started.append((program, arguments, environment))
        raise SystemExit(0)

    started = []
    monkeypatch.setattr(registry, "load_champion", lambda *_: Champion)
    monkeypatch.setattr(serving.os, "execve", start)
    run("serve", "--out", tmp_path, "--model", "promoter", "--port", 5077)
    [(program, arguments, environment)] = started
    assert program == sys.executable
    assert arguments[-8:-2] == ["-m", "checked/files", "--host", "127.0.0.1", "--port", "5077"]
    assert arguments[-2:] == ["--name", "promoter/3"]
    assert environment["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] == "false"
    assert environment["MLFLOW_TRACKING_URI"] == f"sqlite:///{tmp_path}/mlflow.db"


def test_a_reader_that_leaves_ends_no_job_and_no_traceback_shows(tmp_path):
    program = (
        "import sys; from lealtad.base import job; from pathlib import Path\n"
        "with job.step('long', Path(sys.argv[1])) as step:\n"
        "    for k in range(20_000): job.show('x' * 80)\n"
        "    step.note(done=True)\n"
    )
    command = f"{sys.executable} -c \"$PROGRAM\" '{tmp_path}' | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(  # noqa: S603 - our own program
        ["/bin/bash", "-c", command],
        env={**os.environ, "PROGRAM": program},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)
    assert "Error" not in done.stderr
    assert json.loads((tmp_path / "summary.json").read_text())["done"]


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(monkeypatch, capsys):
    lines = []
    assert list(track(range(5), 5, "buckets written", lines.append, every=2)) == [0, 1, 2, 3, 4]
    assert lines == ["2 of 5 buckets written", "4 of 5 buckets written"]
    monkeypatch.setattr("lealtad.base.progress._WAIT_SECONDS", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    lines.clear()
    assert list(track(range(5), 5, "buckets written", lines.append)) == [0, 1, 2, 3, 4]
    assert lines == []
    assert "buckets written" in capsys.readouterr().err
