"""What docs/how_to/own_data.md shows of both commands is what they print."""

import re

import pytest

from tests.conftest import ROOT
from tests.jobs import exports


@pytest.mark.slow
def test_the_excerpts_are_true(run, tmp_path, monkeypatch):
    folder = tmp_path / "exports"
    folder.mkdir()
    exports.spanish_retailer(folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    run("init", "exports")
    written = (folder / "lealtad.toml").read_text()
    printed = run("check", "exports").out
    page = (ROOT / "docs" / "how_to" / "own_data.md").read_text()
    for kind, true in (("toml", written), ("text", printed)):
        (block,) = re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)
        for line in block.splitlines():
            assert line == "..." or line in true.splitlines(), line
