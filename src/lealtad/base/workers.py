"""Where buckets are computed: in this process, in other processes, or on a cluster. Results are bit-identical."""

from __future__ import annotations

import os
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

from lealtad.base.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

VARIABLE = "LEALTAD_CLUSTER"
_POLARS = "POLARS_MAX_THREADS"
_PATIENCE = "10s"  # with a scheduler
_AHEAD = 2  # buckets per worker that are computed before their results are consumed

Result = TypeVar("Result")


@contextmanager
def use_workers(processes: int = 0, cluster: str = "") -> Iterator[None]:
    """Compute the buckets of the block in parallel.

    Parameters
    ----------
    processes
        How many processes; 0: one per core that this process may use.
    cluster
        Address of a Dask scheduler, such as `tcp://10.0.0.5:8786`; empty: `$LEALTAD_CLUSTER`, or none. Workers
        need the same version of lealtad, and access to the lake: at its address, or in a shared folder.

    Raises
    ------
    SettingsError
        If the packages for clusters are not installed, or no scheduler answers.
    """
    import joblib

    address = cluster or os.environ.get(VARIABLE, "")
    if address:
        with _connect(address), joblib.parallel_config(backend="dask"):
            yield
        return
    count = processes or joblib.cpu_count()
    with joblib.parallel_config(n_jobs=count), _share_threads(count):
        yield


def has_workers(buckets: Sequence[int]) -> bool:
    """Return whether buckets would be computed outside this process."""
    import joblib

    return len(buckets) > 1 and joblib.effective_n_jobs(None) > 1


def map_buckets(compute: Callable[[int], Result], buckets: Sequence[int]) -> Iterator[Result]:
    """Compute each bucket on the current workers, and yield the results in the order of the buckets.

    A single bucket is computed in this process. If a worker of a cluster is lost, another one computes its bucket
    again.

    Examples
    --------
    >>> list(map_buckets(lambda bucket: bucket * bucket, range(3)))
    [0, 1, 4]
    """
    import joblib

    if len(buckets) == 1:
        yield compute(buckets[0])
        return
    run = joblib.delayed(compute)
    # results wait in memory, so only a few are computed ahead
    yield from joblib.Parallel(return_as="generator", pre_dispatch=f"{_AHEAD}*n_jobs")(
        run(bucket) for bucket in buckets
    )


@contextmanager
def _connect(address: str) -> Iterator[None]:
    if find_spec("distributed") is None:
        raise SettingsError(
            place="--cluster",
            expected="the packages for clusters",
            found="no distributed",
            fix="Install them here and on the workers: pip install 'lealtad[cluster]'.",
        )
    from distributed import Client

    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise SettingsError(
            place="--cluster",
            expected="the address of a Dask scheduler that answers",
            found=f"{address} ({str(error).splitlines()[0] if str(error) else type(error).__name__})",
            fix="Start it (dask scheduler), or leave --cluster out.",
        ) from None
    with client:
        yield


@contextmanager
def _share_threads(processes: int) -> Iterator[None]:
    """Make processes started in the block share the cores instead of each using all of them."""
    before = os.environ.get(_POLARS)
    if processes > 1:
        os.environ[_POLARS] = str(max(1, (os.cpu_count() or 1) // processes))
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_POLARS, None)
        else:
            os.environ[_POLARS] = before
