"""The page for those who write a `lealtad.toml` shows settings that can be read, and names every key."""

import re
from pathlib import Path

from lealtad.sources.configuration import read_sources
from lealtad.sources.contract.conversion import NOTHING
from lealtad.sources.contract.reading import DATES
from lealtad.sources.files import ENDINGS
from lealtad.sources.table_source import TableSource

PAGE = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")


def test_the_example_can_be_read(tmp_path):
    example = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
    (tmp_path / "lealtad.toml").write_text(example, encoding="utf-8")
    assert {name: len(given) for name, given in read_sources(tmp_path / "lealtad.toml").tables.items()} == {
        "customers": 1,
        "touchpoints": 2,
        "orders": 1,
    }


def test_every_key_and_word_is_explained():
    for name in TableSource.model_fields:
        assert f"| `{name}` |" in PAGE
    for word in (*DATES, *ENDINGS, *filter(None, NOTHING)):
        assert word in PAGE
