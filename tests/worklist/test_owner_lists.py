"""A list per owner: who may open the folder is who sees the list, and nobody sees another's."""

import os
import stat

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.worklist import select_team_columns
from lealtad.worklist.owner_lists import name_folder, write_owner_lists
from tests.worklist.example_list import ACTIONS, AS_OF, team


@pytest.fixture(autouse=True)
def _careless_shell():
    before = os.umask(0o000)
    yield
    os.umask(before)


def write(folder, rows):
    return write_owner_lists(rows, folder, Language.from_code("en"), as_of=AS_OF, days=28, actions=ACTIONS["en"])


def mode(path):
    return oct(stat.S_IMODE(path.stat().st_mode))


def test_each_owner_gets_the_own_customers_and_nobody_elses(tmp_path):
    rows = select_team_columns(team(Language.from_code("en")))
    folders = write(tmp_path, rows)
    assert set(folders) == set(rows["owner"]) >= {"retention", "service"}
    everybody = set(rows["customer_id"])
    for owner, folder in folders.items():
        own = set(rows.filter(owner=owner)["customer_id"])
        assert set(pl.read_csv(folder / "worklist.csv", infer_schema=False)["customer_id"]) == own
        page = (folder / "worklist.html").read_text()
        assert all(customer in page for customer in own)
        assert not any(f">{customer}<" in page for customer in everybody - own)
        assert mode(folder) == "0o700"
        assert {mode(path) for path in folder.iterdir()} == {"0o600"}
        assert {path.name for path in folder.iterdir()} == {"worklist.csv", "worklist.xlsx", "worklist.html"}
    assert mode(tmp_path / "owners") == "0o700"


def test_a_folder_that_was_opened_to_a_group_stays_so_and_its_next_list_too(tmp_path):
    rows = team(Language.from_code("en"))
    folder = write(tmp_path, rows)["service"]
    folder.chmod(0o750)
    write(tmp_path, rows)
    assert mode(folder) == "0o750"
    assert {mode(path) for path in folder.iterdir()} == {"0o640"}
    assert mode(tmp_path / "owners" / "retention" / "worklist.csv") == "0o600"


def test_who_has_no_work_tonight_keeps_no_older_list(tmp_path):
    rows = team(Language.from_code("en"))
    folder = write(tmp_path, rows)["service"]
    write(tmp_path, rows.filter(pl.col("owner") != "service"))
    assert pl.read_csv(folder / "worklist.csv", infer_schema=False).height == 0
    assert "There are no customers to contact today." in (folder / "worklist.html").read_text()


@pytest.mark.parametrize(
    "owner", ["../../etc", "/root", "a/b", "..", ".", "Back office", "", "nobody", "x" * 300, "\x00\u202e"]
)
def test_no_owner_leaves_the_folder_or_meets_another(tmp_path, owner):
    rows = team(Language.from_code("en")).with_columns(owner=pl.lit(owner))
    [folder] = write(tmp_path, rows).values()
    assert folder.parent == tmp_path / "owners"
    assert (folder / "worklist.csv").is_file()


def test_owners_that_differ_in_signs_or_capitals_have_folders_of_their_own():
    owners = ["a b", "a-b", "A-B", "a/b", "a_b", "", "nobody", "Nobody", "señal", "SEÑAL", "x" * 61, "x" * 62]
    assert len({name_folder(owner).lower() for owner in owners}) == len(owners)
