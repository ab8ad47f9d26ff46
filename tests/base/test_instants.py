"""Laws of lealtad.base.instants."""

from __future__ import annotations

from lealtad.base.instants import INSTANT
from tests.conftest import ROOT


def test_the_type_of_an_instant_is_written_in_one_place() -> None:
    written = f'pl.Datetime("{INSTANT.time_unit}", "{INSTANT.time_zone}")'
    files = sorted((ROOT / "src").rglob("*.py"))
    assert [file.name for file in files if written in file.read_text("utf-8")] == ["instants.py"]
