"""The front page is short, shows code early, and its links and pictures exist."""

import re

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
MOST_LINES, FIRST_COMMAND, FIRST_CODE, MOST_BYTES = 150, 12, 30, 150_000


def test_the_front_page_is_short():
    lines = README.splitlines()
    assert len(lines) < MOST_LINES
    assert lines.index("```sh") < FIRST_COMMAND
    assert lines.index("```python") < FIRST_CODE


def test_every_link_leads_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_pictures_are_small():
    pictures = list((ROOT / "docs" / "pictures").iterdir())
    assert {picture.name for picture in pictures} >= {"list.webp", "journey.webp", "architecture.svg"}
    for picture in pictures:
        assert picture.stat().st_size < MOST_BYTES, picture
