"""A check writes nothing, says yes or no in its exit code, and prints no secret."""

import json

import pytest

from tests.jobs import exports


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


@pytest.mark.slow
def test_the_exit_code_says_whether_churn_can_be_learned(run, folder, model):
    run("init", exports.typed_warehouse(folder))
    enough = run("check", folder, "--model", model)
    assert (enough.code, enough.err) == (0, "")
    assert "Enough to predict churn? yes" in enough.out
    assert "Enough to predict promoters? no" in enough.out
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
    assert "Enough to predict churn? yes, once the errors above are fixed" in found.out
    assert found.code == 1


def test_the_definition_that_judges_is_named_in_spanish(run, folder, monkeypatch):
    run("init", exports.typed_warehouse(folder))
    monkeypatch.chdir(folder)
    assert "según churn_inactivity" in run("check", folder, "--language", "es").out


def test_what_cannot_be_read_ends_in_one_message(run, folder):
    for found in (run("check", folder / "none.toml"), run("check", folder), run("check", "simulatd")):
        assert (found.code, found.out) == (2, "")
        assert found.err.count("\n") == 1
    (folder / "lealtad.toml").write_text('[sources.orders]\nfiles = "o.csv"\ndecimals = ","')
    assert "Did you mean 'decimal'?" in run("check", folder).err


@pytest.mark.slow
def test_machines_read_it_as_json_and_people_in_spanish(run, folder, model):
    run("init", exports.spanish_retailer(folder))
    report = json.loads(run("check", folder, "--model", model, "--json").out)
    assert set(report) == {"source", "checked_at", "tables", "findings", "verdicts"}
    assert set(report["findings"][0]) == {"table", "column", "level", "code", "finding", "mend"}
    assert report["verdicts"]["promoter"]["measures"]["nps_answers"]["value"] == 200
    spanish = run("check", folder, "--model", model, "--language", "es").out
    assert "¿Bastan para predecir el abandono?" in spanish
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


@pytest.mark.slow
def test_what_lies_after_the_load_is_said_in_both_languages_and_bounds_nothing(run, folder, model):
    days = [f"2025-{month:02d}-{day:02d}" for month in range(1, 7) for day in range(1, 29)]
    bought = [f"o{number},c{number % 8},{day},5" for number, day in enumerate(days)]
    (folder / "customers.csv").write_text("customer_id\n" + "\n".join(f"c{k}" for k in range(8)))
    (folder / "orders.csv").write_text(
        "\n".join(["order_id,customer_id,ordered_at,amount", *bought, "x,c1,2062-01-01,5"])
    )
    (folder / "subscriptions.csv").write_text(
        "subscription_id,customer_id,occurred_at,event\ns1,c1,2025-01-01,start\ns1,c1,2026-04-01,end\n"
    )
    asked = ("check", folder, "--model", model, "--loaded-at", "2025-07-01")
    report = json.loads(run(*asked, "--json").out)
    assert report["checked_at"] == "2025-07-01T00:00:00Z"
    codes = {(one["table"], one["column"], one["code"]) for one in report["findings"]}
    assert {
        ("orders", "ordered_at", "after_the_load"),
        ("subscriptions", "occurred_at", "planned"),
    } <= codes
    history = report["verdicts"]["churn"]["measures"]["history_days"]["value"]
    assert history == 178  # from 1 January to 28 June
    spanish = run(*asked, "--language", "es").out
    assert "1 de 169 valores" in spanish
    assert "de más de 24 h después de la carga" in " ".join(spanish.split())
    assert "están previstos" in spanish
    assert run("check", folder, "--loaded-at", "soon").err.startswith("check: --loaded-at")
