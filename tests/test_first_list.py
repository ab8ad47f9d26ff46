"""The tutorial runs as it stands: five vendors' exports end in a list, in under ten commands."""

import re

import polars as pl
import pytest

from tests.conftest import ROOT
from tests.docs.conftest import run_shell, serve_commands
from tests.five_vendors import write_exports

BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "first_list.md").read_text("utf-8"), re.DOTALL)
MOST_COMMANDS = 10


@pytest.mark.slow
def test_five_vendors_end_in_a_list(tmp_path):
    write_exports(tmp_path / "exports")
    with serve_commands(tmp_path):
        shown = "".join(run_shell(block, tmp_path) for block in BLOCKS)
    assert "errors: 0" in shown
    settings = (tmp_path / "exports" / "lealtad.toml").read_text()
    for vendor in ("zendesk", "shopify", "stripe", "delighted", "mailchimp"):
        assert f'(preset "{vendor}")' in settings
    listed = pl.read_csv(tmp_path / "reports" / "first" / "worklist.csv")
    assert listed.height > 10
    assert listed["customer_id"].str.contains("@example.com").all()
    # who waits long leaves: the help desk says so of the addresses that the billing knows
    numbers = listed["customer_id"].str.extract(r"(\d+)").cast(pl.Int64)
    assert (numbers % 2 == 1).mean() > 0.8


def test_the_tutorial_takes_under_ten_commands():
    commands = [line for block in BLOCKS for line in block.splitlines() if line and not line.startswith("#")]
    assert 0 < len(commands) < MOST_COMMANDS
