"""Workers write the buckets that they compute to the store themselves; the lake is the one of a folder."""

import pytest

from lealtad.base.workers import use_workers
from lealtad.examples.features import build_into
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from lealtad.lake.object_store.address import make_address
from lealtad.lake.verification import verify
from tests.companies import at


@pytest.mark.slow
def test_workers_write_to_the_store_what_one_process_writes_to_a_folder(store, company, tmp_path):
    dates = [at(24 * 60), at(24 * 90)]
    root = make_address(store.new_address())
    alone = build_into(commit_tables(Lake(tmp_path / "lake", Manifest(3)), company), dates)
    lake = commit_tables(Lake(root, Manifest(3)), company)
    with use_workers(2):
        shared = build_into(build_into(lake, dates[:1]), dates)
    entry, other = (each.manifest.tables["features"] for each in (shared, alone))
    assert shared.read_stored("features").equals(alone.read_stored("features"), null_equal=True)
    assert (entry.parts, entry.schema) == (other.parts, other.schema)
    assert list(entry.files.values()) == list(other.files.values())
    assert verify(root).damages == []
