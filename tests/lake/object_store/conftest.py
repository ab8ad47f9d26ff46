"""One object store for all tests of this folder."""

import pytest

from tests.lake.object_store.servers import AVAILABLE, NO_FAULTS, run_store


@pytest.fixture(scope="session")
def running_store():
    if not AVAILABLE:
        pytest.skip("moto or obstore is not installed")
    with run_store() as store:
        yield store


@pytest.fixture
def store(running_store):
    """The store, which fails in no way before and after a test."""
    yield running_store
    running_store.fail(**NO_FAULTS)
