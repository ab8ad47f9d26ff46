"""Where a lake stands is noted once; no secret is written down, and nothing is moved by itself."""

import os
import pickle

import pytest

from lealtad.base.errors import DamageError, SettingsError
from lealtad.company.privileges import list_privileges
from lealtad.company.settings import Settings
from lealtad.lake import locate_lake, note_address
from lealtad.lake.object_store.address import Address, find_site, make_address

OPTIONS = {"endpoint": "${STORE_URL}", "secret_access_key": "${STORE_SECRET}"}


def test_the_note_leads_every_job_to_the_address(tmp_path):
    note_address(tmp_path / "lake", "s3://acme/lake", OPTIONS)
    root = locate_lake(tmp_path / "lake")
    assert (str(root), isinstance(root, Address)) == ("s3://acme/lake", True)
    assert dict(find_site(root / "orders").options) == OPTIONS
    assert (tmp_path / "lake" / "address.json").stat().st_mode & 0o777 == 0o600
    assert pickle.loads(pickle.dumps(root / "orders")) == root / "orders"  # noqa: S301 - our own


def test_an_address_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("LAKE", "gs://acme/lake")
    note_address(tmp_path / "lake", "${LAKE}", {})
    assert str(locate_lake(tmp_path / "lake")) == "gs://acme/lake"


def test_another_address_or_a_lake_in_the_folder_is_refused(tmp_path):
    note_address(tmp_path / "lake", "s3://acme/lake", {})
    with pytest.raises(SettingsError, match="s3://acme/lake, the address of this run's lake"):
        note_address(tmp_path / "lake", "s3://acme/other", {})
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "lake.json").touch()
    with pytest.raises(SettingsError, match="a lake in"):
        note_address(tmp_path / "full", "s3://acme/lake", {})


def test_a_note_that_was_altered_is_refused(tmp_path):
    note_address(tmp_path / "lake", "s3://acme/lake", {})
    note = tmp_path / "lake" / "address.json"
    note.write_text(note.read_text().replace("acme", "evil"))
    with pytest.raises(DamageError, match="altered"):
        locate_lake(tmp_path / "lake")


def test_a_secret_that_is_written_out_is_refused_and_not_repeated(tmp_path):
    (tmp_path / "lealtad.toml").write_text(
        '[lake]\naddress = "s3://acme/lake"\n[lake.options]\nsecret_access_key = "hush"\n'
    )
    with pytest.raises(SettingsError, match="from an environment variable") as refused:
        Settings.read(tmp_path / "lealtad.toml")
    assert "hush" not in str(refused.value)


def test_settings_need_permission_for_an_address_they_write_out(tmp_path):
    path = tmp_path / "lealtad.toml"
    path.write_text('[lake]\naddress = "s3://acme/lake"\n[lake.options]\nendpoint = "http://evil:1"\n')
    [asked] = list_privileges(Settings.read(path))
    assert asked.sentence == "keep the lake at s3://acme/lake, endpoint http://evil:1"
    path.write_text('[lake]\naddress = "${LAKE}"\n')
    assert list_privileges(Settings.read(path)) == []


def test_no_call_of_the_system_takes_an_address_for_a_file():
    root = make_address("az://acme/lake")
    for call in (os.fspath, open, os.listdir):
        with pytest.raises(TypeError, match="az://acme/lake"):
            call(root)
