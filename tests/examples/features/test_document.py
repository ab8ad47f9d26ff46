"""docs/features.md says what the catalog says."""

from lealtad.examples.features import CATALOG
from lealtad.examples.features.document import render_markdown
from tests.conftest import ROOT


def test_the_document_is_that_of_the_catalog():
    written = (ROOT / "docs" / "features.md").read_text()
    assert written == render_markdown(CATALOG), "python -m lealtad.examples.features.document > docs/features.md"


def test_the_catalog_is_not_bloated():
    assert 150 <= sum(len(one.columns) for one in CATALOG) <= 240
