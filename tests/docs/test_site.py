"""`make docs` builds the site without warnings, and no page asks a foreign server for anything."""

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(  # noqa: S603 - mkdocs on our own pages
        [sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(folder)],
        cwd=ROOT,
        env={"PATH": "", "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_nothing_is_fetched(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe)[^>]*\ssrc=\"([^\"]+)\"", text)
        loaded += re.findall(r"<link[^>]*rel=\"(?:stylesheet|preconnect|icon)\"[^>]*href=\"([^\"]+)\"", text)
        assert not [address for address in loaded if re.match(r"(https?:)?//", address)], page


@pytest.mark.slow
def test_every_public_name_has_its_docstring_and_the_search_knows_it(site):
    page = (site / "reference" / "python" / "kpis.html").read_text(encoding="utf-8")
    for name in ("nps", "csat", "ces", "retention_rate", "first_response_time"):
        assert f"lealtad.kpis.{name}" in page
    assert "promoter" in (site / "search" / "search_index.json").read_text(encoding="utf-8")
