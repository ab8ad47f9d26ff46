"""The README's Python runs as it stands there."""

import re

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
def test_the_code_runs(demo, capsys):
    for code in re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL):
        # the demo of the tests is the quick one
        ours = code.replace("reports/demo", str(demo)).replace("reports/own_table", str(demo / "own_table"))
        ours = ours.replace("models/churn/", "models/churn_inactivity/")
        exec(ours, {})  # noqa: S102 - our own README
    shown = capsys.readouterr().out
    for word in ("days_since_order", "logistic", "nps@1", "urgent", "one_column"):
        assert word in shown


def test_the_code_stands_on_the_first_screen():
    lines = (ROOT / "README.md").read_text().splitlines()
    assert lines.index("```python") < 22
