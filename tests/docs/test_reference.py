"""The reference and the picture of the packages are what the code gives: every public name, job and setting."""

import importlib.util

import pytest

from tests.conftest import ROOT


def load_script(name):
    """Import a script of .ci, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = load_script("write_reference").write_pages()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_what_the_code_gives(path):
    assert (ROOT / "docs" / "reference" / path).read_text(encoding="utf-8") == PAGES[path], "make reference"


def test_no_page_is_left_over():
    folder = ROOT / "docs" / "reference"
    assert {str(page.relative_to(folder)) for page in folder.rglob("*.md")} == set(PAGES)


@pytest.mark.slow
def test_the_picture_of_the_packages_is_what_they_import():
    drawing = load_script("draw_architecture")
    layers, pairs = drawing.read_layers(), drawing.find_imports()
    assert drawing.PICTURE.read_text(encoding="utf-8") == drawing.draw_picture(layers, pairs), "make reference"
    for package, other in pairs:
        assert layers.index(package) < layers.index(other), f"{package} imports {other}"


def test_the_architecture_names_every_package():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for package in load_script("draw_architecture").read_layers():
        assert f"| `{package}` |" in page
