"""A check writes nothing, says yes or no in its exit code, and prints no secret."""

import json

from tests.commands import exports


def test_it_writes_nothing(run, folder, model, tmp_path, monkeypatch):
    run("init", exports.typed_warehouse(folder))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", None)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    run("check", folder, "--model", model)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert not list(scratch.iterdir())


def test_the_exit_code_says_whether_churn_can_be_learned(run, folder, model):
    run("init", exports.typed_warehouse(folder))
    enough = run("check", folder, "--model", model)
    assert (enough.code, enough.err) == (0, "")
    assert "Enough to predict who leaves? yes" in enough.out
    assert "Enough to predict who would recommend? no" in enough.out
    long = model.with_name("long.toml")
    long.write_text(model.read_text().replace("train = 12", "train = 52"))
    short = run("check", folder, "--model", long)
    assert short.code == 1
    assert "more days of history" in short.out


def test_errors_are_no_plain_yes(run, folder, model):
    run("init", exports.typed_warehouse(folder))
    settings = folder / "lealtad.toml"
    lines = ["ticket_id,customer_id,created_at", *(f"{i},nobody{i},2025-03-01" for i in range(30))]
    (folder / "tickets.csv").write_text("\n".join(lines))
    settings.write_text(settings.read_text() + '[sources.tickets]\nfiles = "tickets.csv"\n')
    found = run("check", folder, "--model", model)
    assert "30 of 30 rows (100%) are rejected" in found.out
    assert "Enough to predict who leaves? yes, once the errors above are mended" in found.out
    assert found.code == 1


def test_defaults_are_named_in_spanish(run, folder, monkeypatch):
    run("init", exports.typed_warehouse(folder))
    monkeypatch.chdir(folder)
    assert "los valores por defecto de un model.toml" in run("check", folder, "--language", "es").out


def test_what_cannot_be_read_ends_in_one_message(run, folder):
    for found in (run("check", folder / "none.toml"), run("check", folder), run("check", "simulatd")):
        assert (found.code, found.out) == (2, "")
        assert found.err.count("\n") == 1
    (folder / "lealtad.toml").write_text('[sources.orders]\nfiles = "o.csv"\ndecimals = ","')
    assert "Did you mean 'decimal'?" in run("check", folder).err


def test_machines_read_it_as_json_and_people_in_spanish(run, folder, model):
    run("init", exports.spanish_retailer(folder))
    report = json.loads(run("check", folder, "--model", model, "--json").out)
    assert set(report) == {"source", "checked_at", "tables", "findings", "verdicts"}
    assert set(report["findings"][0]) == {"table", "column", "level", "code", "finding", "mend"}
    assert report["verdicts"]["promoter"]["measures"]["nps_answers"]["value"] == 200
    spanish = run("check", folder, "--model", model, "--language", "es").out
    assert "¿Basta para predecir quién se va?" in spanish
    assert "\x1b" not in spanish


def test_no_secret_is_printed(run, folder, monkeypatch):
    monkeypatch.setenv("CRM_PASSWORD", "hunter2!")
    (folder / "lealtad.toml").write_text(
        '[sources.customers]\ndatabase = "postgresql://me:${CRM_PASSWORD}@127.0.0.1:1/crm"\ntable = "c"\n'
        '[sources.orders]\ndatabase = "postgresql://me:${CRM_PASSWORD}@127.0.0.1:1/crm"\ntable = "o"\n'
    )
    done = run("check", folder)
    assert done.code == 2
    assert "hunter2" not in done.err + done.out
    assert "${CRM_PASSWORD}" in done.err
