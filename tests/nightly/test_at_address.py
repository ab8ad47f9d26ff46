"""A night at an address is the night of a folder: the same list, from the same model, on whatever machine."""

import shutil

import polars as pl
import pytest

from lealtad.lake import Lake, note_address
from lealtad.lake.object_store.address import make_address
from lealtad.lake.object_store.lease import hold_lease
from lealtad.lake.object_store.published import NAME, Published
from lealtad.lake.object_store.publishing import publish
from tests.conftest import run_job

pytestmark = pytest.mark.slow


def move_to_address(out, place, work):
    """Move a run as docs/how_to/object_store.md does: lake files one by one, all others as one set."""
    address = make_address(place)
    for path in out.joinpath("lake").rglob("*"):
        if path.is_file() and path.name != ".lock":
            (address / path.relative_to(out).as_posix()).write_bytes(path.read_bytes())
    shutil.copytree(out, work, ignore=shutil.ignore_patterns("lake"))
    note_address(work / "lake", f"{place}/lake", {})
    with hold_lease(address / ".lock", address / NAME, "run"):
        publish(address, work, Published())


@pytest.fixture
def place(trained, store, tmp_path, monkeypatch):
    monkeypatch.setenv("LEALTAD_WORK", str(tmp_path / "machine"))
    address = store.new_address()
    move_to_address(trained, address, tmp_path / "moved")
    return address


def test_it_is_the_night_of_a_folder(place, first, night):
    result = run_job("nightly", *night.list_arguments("first", place), check=False)
    assert result.returncode == 0, result.stderr
    address = make_address(place)
    files = Published.read(address).files
    published = {path: each.check((address / each.key).read_bytes(), address) for path, each in files.items()}
    for name in ("worklist.csv", "worklist.html", "kpis.csv", "index.html", "roi.csv"):
        assert published[name] == (first / name).read_bytes(), name
    scores = [Lake.open(root).read("scores").drop("as_of") for root in (f"{place}/lake", first / "lake")]
    assert scores[0].equals(scores[1], null_equal=True)
    assert pl.read_csv(published["worklist.csv"]).height
    assert any(
        name.startswith("mlartifacts/") and not each.key.startswith(Published.read(address).folder)
        for name, each in files.items()
    )
    page = (address / "index.html").read_text()
    assert f"url={files['index.html'].key}" in page
