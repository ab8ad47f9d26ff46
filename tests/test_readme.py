"""The README's Python runs as it stands there."""

import re

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
def test_the_code_on_the_first_screen_runs(demo, capsys):
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    exec(code.replace("reports/demo", str(demo)), {})  # noqa: S102 - our own README
    shown = capsys.readouterr().out
    assert "days_since_order" in shown
    assert "logistic" in shown


def test_the_code_stands_on_the_first_screen():
    lines = (ROOT / "README.md").read_text().splitlines()
    assert lines.index("```python") < 22
