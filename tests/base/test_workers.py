"""Buckets that are computed side by side give the same bits, in the same order, whatever happens to a worker."""

import os
import signal
from importlib.util import find_spec

import pytest

from lealtad.base import workers
from lealtad.base.errors import SettingsError
from lealtad.base.workers import map_buckets, use_workers
from lealtad.examples.features import build, build_into
from lealtad.lake import commit_tables
from lealtad.lake.erasing.vacuum import vacuum
from lealtad.lake.manifest import Manifest
from lealtad.lake.store import Lake
from lealtad.lake.verification import verify
from tests.companies import at

needs_cluster = pytest.mark.skipif(find_spec("distributed") is None, reason="distributed is not installed")
DEATHS = int(os.environ.get("LEALTAD_WORKER_DEATHS", "1"))


def die_once(marker, bucket):
    """Kill the worker that computes bucket 1 for the first time."""
    if bucket == 1 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return bucket * 10


@pytest.fixture
def lake(tmp_path, company):
    return commit_tables(Lake(tmp_path / "lake", Manifest(4)), company)


@pytest.fixture
def cluster():
    from distributed import LocalCluster

    with LocalCluster(2, threads_per_worker=1, processes=True, dashboard_address=None) as running:
        yield running.scheduler_address


def test_one_bucket_starts_no_process():
    with use_workers(2):
        assert list(map_buckets(lambda _: os.getpid(), range(1))) == [os.getpid()]


@pytest.mark.slow
def test_processes_give_the_same_bits(lake):
    alone = build(lake, [at(24 * 60), at(24 * 90)])
    with use_workers(2):
        assert build(lake, [at(24 * 60), at(24 * 90)]).equals(alone, null_equal=True)
        assert os.getpid() not in list(map_buckets(lambda _: os.getpid(), range(4)))


def read_files(lake):
    """Rows, entries and bytes of the features, but for names that are drawn by lot."""
    entry = lake.manifest.tables["features"]
    folder = lake.root / "features"
    stored = [(sums, (folder / path).read_bytes()) for path, sums in entry.files.items()]
    return entry.parts, entry.schema, sorted(stored, key=lambda each: each[0].bucket)


def assert_written_alike(lake, other, workers):
    """Workers write what one process writes, to the bit, and nothing else stays in the folder."""
    dates = [at(24 * 60), at(24 * 90)]
    alone = build_into(other, dates)
    with use_workers(**workers):
        shared = build_into(lake, dates)
        again = build_into(build_into(shared, dates[:1]), dates)  # in place of other features
    for each in (shared, again):
        assert each.read_stored("features").equals(alone.read_stored("features"), null_equal=True)
        assert read_files(each) == read_files(alone)
        assert each.notes("features") == alone.notes("features")
        assert list(each.manifest.tables["features"].files) == sorted(
            each.manifest.tables["features"].files,
            key=lambda path: int(path.split("/")[0].removeprefix("bucket=")),
        )
    assert verify(lake.root).damages == []
    assert not list((lake.root / "features").glob(".writing-*"))
    assert {path.stat().st_mode & 0o777 for path in (lake.root / "features").rglob("*.parquet")} == {0o600}


@pytest.mark.slow
def test_processes_write_their_buckets_themselves(lake, company, tmp_path):
    other = commit_tables(Lake(tmp_path / "alone", Manifest(4)), company)
    assert_written_alike(lake, other, {"processes": 2})


@pytest.mark.slow
def test_a_worker_that_fails_leaves_the_features_as_they_were(lake, monkeypatch):
    before = build_into(lake, [at(24 * 60)])
    monkeypatch.setattr("lealtad.examples.features.storage.storing.compute_bucket", fail_at_bucket_2)
    with use_workers(2), pytest.raises(SettingsError, match="bucket 2"):
        build_into(before, [at(24 * 90)])
    now = Lake.open(lake.root)
    assert now.number == before.number
    assert now.read_stored("features").equals(before.read_stored("features"), null_equal=True)
    vacuum(lake.root, at(24 * 90), "tidy")
    assert len(list((lake.root / "features").glob("bucket=*/*"))) == 4


def fail_at_bucket_2(lake, bucket, *_):
    if bucket == 2:
        raise SettingsError(place="bucket 2", expected="features", found="none", fix="None.")
    return lake.read_stored("features", bucket)


@needs_cluster
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_workers_of_a_cluster_write_their_buckets_themselves(lake, company, cluster, tmp_path):
    other = commit_tables(Lake(tmp_path / "alone", Manifest(4)), company)
    assert_written_alike(lake, other, {"cluster": cluster})


@needs_cluster
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_bits_and_does_a_lost_bucket_again(lake, cluster, tmp_path):
    from distributed import get_client

    alone = build(lake, [at(24 * 60)])
    with use_workers(cluster=cluster):
        assert build(lake, [at(24 * 60)]).equals(alone, null_equal=True)
        for death in range(DEATHS):
            # while a single one is left, joblib computes here, and here nothing must die
            get_client().wait_for_workers(2, timeout=300)
            marker = tmp_path / f"died{death}"
            assert list(map_buckets(lambda bucket, marker=marker: die_once(marker, bucket), range(6))) == [
                0,
                10,
                20,
                30,
                40,
                50,
            ]
            assert marker.exists()


@needs_cluster
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(workers, "_PATIENCE", "1s")
    with pytest.raises(SettingsError, match="--cluster"), use_workers(cluster="tcp://127.0.0.1:1"):
        pass
