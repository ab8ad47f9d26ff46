"""Every Python and shell block of README.md and docs/ runs as it stands, page by page."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs.conftest import Workshop, run_shell

OWN_TESTS = {"docs/first_list.md"}  # tests/test_first_list.py
BLOCK = re.compile(r"^( *)```(python|sh|bash)\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
# installation, a server, and what runs all tests; of `make` the verb must exist
NOT_RUN = re.compile(r"^(make|git|curl|pip|python3 -m venv|sudo|apt-get|mlflow models serve)\b")


# companies are simulated small
SMALLER = (r"customers=[\d_]+", "customers=300")


def read_blocks(path: Path) -> list[tuple[str, str]]:
    """Return the language and the code of each block of a page."""
    return [(kind, code) for _, kind, code in BLOCK.findall(path.read_text(encoding="utf-8"))]


PAGES = {
    str(path.relative_to(ROOT)): blocks
    for path in [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
    if (blocks := read_blocks(path))
}
# the README's shell is that of a tutorial, which runs
ELSEWHERE = {"README.md": "docs/tutorials/operator.md"}


def list_commands(code: str) -> list[str]:
    """Return the commands of a block without comments."""
    lines = [re.sub(r"\s+#.*", "", line).strip() for line in code.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def needs_workshop(blocks: list[tuple[str, str]]) -> bool:
    """Ask whether a page runs a job or reads what one left."""
    return any(kind != "python" or "reports/demo" in code for kind, code in blocks)


def run_page(name: str, folder: Path, workshop: Workshop | None = None) -> None:
    """Run a page's blocks in their order, Python in one namespace."""
    scope: dict[str, object] = {"__name__": "page"}
    for kind, code in PAGES[name]:
        if kind == "python":
            exec(compile(re.sub(*SMALLER, code), name, "exec"), scope)  # noqa: S102 - our own page
        elif name not in ELSEWHERE:
            commands = "\n".join(line for line in code.splitlines() if not NOT_RUN.match(line))
            run_shell(workshop.skip_repeated(commands) if workshop else commands, folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PAGES if needs_workshop(PAGES[name]) and name not in OWN_TESTS])
def test_a_page_that_runs_jobs(name, workshop, tmp_path, monkeypatch):
    workshop.lay_out(tmp_path, str(PAGES[name]))
    monkeypatch.chdir(tmp_path)
    run_page(name, tmp_path, workshop)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PAGES if not needs_workshop(PAGES[name])])
def test_a_page_of_python(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_page(name, tmp_path)


@pytest.mark.parametrize(("name", "other"), ELSEWHERE.items())
def test_commands_that_run_on_another_page(name, other):
    here = [line for kind, code in PAGES[name] if kind != "python" for line in list_commands(code)]
    there = [line for kind, code in PAGES[other] if kind != "python" for line in list_commands(code)]
    assert {line for line in here if not NOT_RUN.match(line)} <= set(there)


def test_every_make_verb_exists():
    verbs = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for name, blocks in PAGES.items():
        for kind, code in blocks:
            for verb in re.findall(r"^make ([a-z]+)", code, re.MULTILINE) if kind != "python" else []:
                assert verb in verbs, f"{name}: make {verb}"
