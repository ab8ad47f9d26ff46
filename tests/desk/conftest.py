"""The desk in this process: one run directory and database; every test leaves both as it found them."""

from types import SimpleNamespace

import pytest

from tests.desk import company
from tests.desk.desks import PASSWORD, deliver


@pytest.fixture(scope="session")
def desk_out(tmp_path_factory):
    """A run directory with a lake and a desk."""
    from lealtad.desk import run

    out = tmp_path_factory.mktemp("desk") / "run"
    company.build_lake(out / "lake")
    run.prepare_desk(out, clock_starts_at=company.OPENS)
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    from lealtad.desk.search_index import write_search_index
    from lealtad.lake import Lake

    write_search_index(Lake.open(out / "lake"), out / "desk")
    yield out
    from django.db import connections

    connections.close_all()


@pytest.fixture
def database(desk_out):
    """A database whose changes are undone after the test; the clock, too."""
    from django.conf import settings
    from django.db import transaction

    shift = settings.DESK_CLOCK_SHIFT
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    settings.DESK_CLOCK_SHIFT = shift


@pytest.fixture
def people(database):
    """One person per role, and a second representative of the other team."""
    from lealtad.desk.models import Person

    def add(name, role, team=""):
        person = Person(username=name, role=role, team=team)
        person.set_password(PASSWORD)
        person.save()
        return person

    return SimpleNamespace(
        rep=add("rosa", "rep", "retention"),
        other=add("oscar", "rep", "retention"),
        service=add("sara", "rep", "service"),
        lead=add("lucia", "lead"),
        head=add("hugo", "head"),
        administrator=add("ada", "administrator"),
    )


@pytest.fixture
def night(people):
    """The list of the night, delivered."""
    return deliver()
