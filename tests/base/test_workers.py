"""Buckets that are computed side by side give the same bits, in the same order, whatever happens to a worker."""

import os
import signal
from importlib.util import find_spec

import pytest

from lealtad.base.errors import SettingsError
from lealtad.base.workers import map_buckets, use_workers
from lealtad.examples.features import build
from lealtad.lake import commit_tables
from lealtad.lake.manifest import Manifest
from lealtad.lake.store import Lake
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


@needs_cluster
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_bits_and_does_a_lost_bucket_again(lake, cluster, tmp_path):
    alone = build(lake, [at(24 * 60)])
    with use_workers(cluster=cluster):
        assert build(lake, [at(24 * 60)]).equals(alone, null_equal=True)
        for death in range(DEATHS):
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
def test_a_scheduler_that_does_not_answer_is_named():
    with pytest.raises(SettingsError, match="--cluster"), use_workers(cluster="tcp://127.0.0.1:1"):
        pass
