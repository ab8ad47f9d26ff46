"""Challenger, champion and history in a store of one file: what moves, what stays, and what is refused."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import mlflow
import numpy as np
import polars as pl
import pytest

import lealtad
from lealtad.base.errors import LealtadError, ModelError, SettingsError
from lealtad.jobs import promote as job_promote
from lealtad.learning.learners import DEFAULT
from lealtad.models import registry, scoring
from lealtad.models.gate import score_side_by_side
from lealtad.models.recording import record
from lealtad.models.registry import artifact, served
from lealtad.models.registry.store import connect_to_store
from tests.learning.learners.logistic import Logistic
from tests.models.registry.conftest import CLEAN, definition

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"),
]
DAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def run(company, new_store, tmp_path_factory):
    """A run with its own store: version 1 passed the gate, version 2 waits for it."""
    out = tmp_path_factory.mktemp("run")
    (out / "lake").symlink_to(company.lake.root)
    uri = new_store(out)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job_promote, "_choose_definition", lambda *_: definition())
        patch.setattr(job_promote, "find_definitions", lambda *_: [definition()])
        assert company.record(uri, out=out) == "churn/1"
        assert registry.find_champion(uri, "churn") is None
        assert job_promote.judge(out, definition(), uri, evidence=out / "evidence")
        assert company.record(uri, other=True, out=out) == "churn/2"
        yield out, uri


def test_training_makes_a_challenger_and_the_same_again_registers_nothing(run, company):
    out, uri = run
    assert registry.find_challenger(uri, "churn").version == "2"
    assert company.record(uri, out=out) == "churn/1"  # the champion's own data: no challenger of itself
    assert company.record(uri, other=True, out=out) == "churn/2"
    assert registry.load_champion(uri, "churn").version == "1"
    assert registry.find_challenger(uri, "churn").version == "2"


def test_a_run_tells_what_it_was_made_of(run, company):
    champion = registry.load_champion(run[1], "churn")
    params = champion.params
    assert {
        "label.kind",
        "catalog",
        "kpis",
        "version.orders",
        "content.train",
        "content.test",
        "lake.commit",
    } <= set(params)
    assert params["content.test"] == company.trained.test.content_hash
    assert json.loads(champion.read_artifact("environment.json"))["mlflow"] == mlflow.__version__
    assert champion.evidence("metrics_by_segment")["by"].to_list() == ["home", "office"]
    assert champion.leakcheck == {"clean": True, "findings": []}
    tags = mlflow.MlflowClient().get_run(champion.run_id).data.tags
    assert tags["code.commit"]
    assert tags["model_hash"] == champion.model_hash
    judged = champion.evidence("judged")
    assert {"customer", "as_of", "observed", "model", "logistic"} <= set(judged.columns)
    assert not set(judged["customer"].cast(pl.String)) & set(company.trained.test.rows["customer_id"])


def test_the_slice_of_the_gate_is_the_one_that_was_judged(run, company):
    _, uri = run
    champion, challenger = registry.load_champion(uri, "churn"), registry.find_challenger(uri, "churn")
    found = score_side_by_side(company.lake, definition(), challenger, champion)
    np.testing.assert_allclose(found.judged["model"], company.other.probabilities["model"], rtol=1e-9)
    np.testing.assert_allclose(found.judged["champion"], company.trained.probabilities["model"], rtol=1e-9)
    assert found.baselines == [name for name in company.trained.probabilities if name != "model"]
    longer = definition().model_copy(update={"label": definition().label.model_copy(update={"alive_days": 21})})
    with pytest.raises(ModelError, match="expected the rows on which version 2 was judged"):
        score_side_by_side(company.lake, longer, challenger, champion)


def test_a_no_leaves_the_champion_and_exits_with_one(run, capsys):
    out, uri = run
    with pytest.raises(SystemExit) as stopped:
        job_promote.promote(out, tracking_uri=uri)
    assert stopped.value.code == 1
    assert registry.load_champion(uri, "churn").version == "1"
    output = capsys.readouterr()
    assert "profit against champion" in output.out
    assert "no: version 2 fails" in output.err


def test_the_evidence_of_a_yes_is_text_that_does_not_change(run, company, new_store, tmp_path):
    out, _ = run
    evidence = json.loads((out / "evidence" / "churn" / "accepted.json").read_text())
    assert all(check["passed"] for check in evidence["checks"])
    assert evidence["made_of"]["content.test"] == company.trained.test.content_hash
    elsewhere = new_store(tmp_path)
    company.record(elsewhere, out=tmp_path)
    (tmp_path / "lake").symlink_to(company.lake.root)
    written = tmp_path / "evidence" / "churn" / "card.md"
    written.parent.mkdir(parents=True)
    card = (out / "evidence" / "churn" / "card.md").read_text()
    written.write_text(card.replace("Where has it failed, and", "It failed in May. And"))
    assert job_promote.judge(tmp_path, definition(), elsewhere, evidence=written.parents[1])
    first = out / "evidence" / "churn" / "accepted.json"
    assert (written.parent / "accepted.json").read_bytes() == first.read_bytes()
    assert "It failed in May. And when should" in written.read_text()
    assert written.read_text().replace("It failed in May. And", "Where has it failed, and") == card


def test_a_roll_back_is_one_command_and_the_history_says_why(run, capsys):
    out, uri = run
    job_promote.promote(out, tracking_uri=uri, to="2", because="the list of May was wrong")
    assert registry.load_champion(uri, "churn").version == "2"
    assert registry.find_previous(uri, "churn") == "1"
    assert registry.find_challenger(uri, "churn") is None
    job_promote.promote(out, tracking_uri=uri, to="1", because="it was not")
    known = registry.read_history(uri, "churn")
    assert known["version"].to_list() == ["1", "2", "1"]
    assert known["gate"].to_list() == ["passed", "not asked", "not asked"]
    assert known["because"].to_list()[1:] == ["the list of May was wrong", "it was not"]
    assert known["until"].to_list() == [*known["since"].to_list()[1:], None]
    assert registry.load_version(uri, "churn", "churn/2").model_hash == _hash_of(uri, "2")
    job_promote.promote(out, tracking_uri=uri, to="1", because="again")
    assert registry.read_history(uri, "churn").equals(known)  # who is champion already does not become so
    capsys.readouterr()
    job_promote.promote(out, tracking_uri=uri, history=True)
    assert "the list of May was wrong" in capsys.readouterr().out


def test_a_promotion_cut_off_before_the_alias_moved_is_completed_by_the_next(run, monkeypatch):
    _, uri = run
    before = registry.read_history(uri, "churn")
    with monkeypatch.context() as patch:
        patch.setattr(mlflow.MlflowClient, "set_registered_model_alias", _dies)
        with pytest.raises(ModelError, match="same command again"):
            _make_champion(uri, "2", "for a test")
    assert registry.load_champion(uri, "churn").version == "1"
    assert registry.read_history(uri, "churn").equals(before)
    assert _make_champion(uri, "2", "for a test")
    after = registry.read_history(uri, "churn")
    assert after.height == before.height + 1
    assert after.row(-1, named=True)["because"] == "for a test"
    _make_champion(uri, "1", "back")


@pytest.mark.parametrize("ask", ["decide", "judge"])
def test_a_promotion_cut_off_after_the_alias_moved_leaves_no_challenger_behind(run, monkeypatch, ask):
    out, uri = run
    registry.name_challenger(uri, "churn", "2")
    with monkeypatch.context() as patch:
        patch.setattr(mlflow.MlflowClient, "delete_registered_model_alias", _dies)
        with pytest.raises(ModelError, match="same command again"):
            _make_champion(uri, "2", "for a test")
    assert registry.find_challenger(uri, "churn").version == "2"
    if ask == "judge":
        assert job_promote.judge(out, definition(), uri)
    else:
        assert not _make_champion(uri, "2", "for a test")
    assert registry.load_champion(uri, "churn").version == "2"
    assert registry.find_challenger(uri, "churn") is None
    _make_champion(uri, "1", "back")


def _hash_of(uri, version):
    return mlflow.MlflowClient(uri).get_model_version("churn", version).tags["model_hash"]


def _dies(*_):
    raise ConnectionResetError


def _make_champion(uri, version, because):
    later = DAY + timedelta(days=400)
    return registry.make_champion(uri, "churn", version, because=because, gate="not asked", at=later)


def test_what_cannot_be_promoted_is_named(run, new_store, tmp_path):
    out, uri = run
    with pytest.raises(ModelError, match="expected a version of the registry, found 9; it holds 2, 1"):
        _make_champion(uri, "9", "why not")
    with pytest.raises(ModelError, match="found 7; it holds 2, 1"):
        registry.load_version(uri, "churn", "churn/7")
    with pytest.raises(SettingsError, match="--to and --because: expected both or neither"):
        job_promote.promote(out, tracking_uri=uri, to="2")
    nobody = new_store(tmp_path)
    assert not job_promote.judge(out, definition(), nobody)
    assert registry.read_history(nobody, "churn").is_empty()
    with pytest.raises(ModelError, match="expected a champion"):
        registry.load_champion(nobody, "churn")


@pytest.mark.parametrize(
    "path",
    [
        "MLmodel",
        "served.py",
        "artifacts/booster.txt",
        "artifacts/contract.json",
        "artifacts/learner.py",
    ],
)
def test_a_file_that_was_altered_is_refused_and_so_is_a_roll_back_to_it(run, path):
    _, uri = run
    mlflow.set_tracking_uri(uri)
    for version, ask in (
        ("1", lambda: registry.load_champion(uri, "churn")),
        ("2", lambda: _make_champion(uri, "2", "no")),
    ):
        file = Path(mlflow.artifacts.download_artifacts(f"models:/churn/{version}")) / path
        text = file.read_text()
        try:
            file.write_text(text + "\n")
            with pytest.raises(LealtadError, match=rf"expected {path} of version {version}.*The file was altered"):
                ask()
        finally:
            file.write_text(text)
    assert registry.load_champion(uri, "churn").version == "1"


def files_of(trained, folder, **learned):
    """The two files of a model, and its contract."""
    text = trained.fitted.text
    contract = registry.build_contract(
        "churn",
        text,
        trained.fitted.calibration,
        columns=trained.train.features,
        catalog="c",
        kpis="k",
        **learned,
    )
    return artifact.write_files(folder, text, contract), contract


def test_the_served_code_alone_refuses_trees_or_contract_of_another(company, tmp_path):
    paths, contract = files_of(company.trained, tmp_path)
    learner = artifact.compute_digest(artifact.read_code(DEFAULT))
    hashes = {"contract_sha256": contract.sha256, "learner_sha256": learner}
    context = type("Context", (), {"artifacts": paths, "model_config": hashes})
    served.ServedModel().load_context(context)
    for name in ("booster", "contract", "learner"):
        text = Path(paths[name]).read_text()
        Path(paths[name]).write_text(text.replace("0", "1", 1))
        with pytest.raises(ValueError, match=rf"{Path(paths[name]).name}: expected SHA-256.*altered"):
            served.ServedModel().load_context(context)
        Path(paths[name]).write_text(text)


def test_an_interval_is_read_off_the_grid_of_the_contract(company, tmp_path):
    grid = {"log_odds": [-50.0, 50.0], "low": [0.0, 0.5], "high": [0.5, 1.0]}
    paths, _ = files_of(company.trained, tmp_path, interval=grid)
    model = served.ServedModel()
    model.load_context(type("Context", (), {"artifacts": paths, "model_config": None}))
    rows = company.trained.test.X.head(8)
    answer = model.predict(None, rows)
    raw = model.scorer.predict_margin(model.matrix(rows))
    np.testing.assert_allclose(answer["low"], (raw + 50) / 200)  # half of the way from −50 to 50
    np.testing.assert_allclose(answer["high"], 0.5 + (raw + 50) / 200)
    absent = served.interpolate_end(raw, None, "low")
    assert absent.tolist() == [None] * 8


def test_a_new_kind_of_model_is_trained_recorded_promoted_and_scores(company, new_store, tmp_path):
    trained = lealtad.train(company.lake, definition(), learner=Logistic())
    uri = new_store(tmp_path)
    named = record(trained, company.lake, definition(), uri, tmp_path / "mlartifacts", leakcheck=CLEAN)
    registry.make_champion(uri, "churn", named.rpartition("/")[2], because="a test", gate="not asked", at=DAY)
    champion = registry.load_champion(uri, "churn")
    rows = trained.test.X
    np.testing.assert_allclose(champion.probabilities(rows), trained.predict(rows), rtol=1e-12)
    assert list(champion.contributions(rows).columns) == trained.train.features
    night = trained.test.rows["as_of"].max()
    scores = scoring.score(company.lake, definition(), champion, night)
    assert scores["probability"].is_between(0, 1).all()
    assert scores.height > 0


def test_a_database_that_fails_in_the_middle_ends_in_one_message(tmp_path, capfd):
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    with (
        pytest.raises(ModelError, match=r"\(sqlite3.*disk I/O error. Check the disk"),
        connect_to_store(uri, "churn") as client,
    ):
        (tmp_path / "mlflow.db-journal").mkdir()
        client.create_experiment("churn")
    assert "Traceback" not in capfd.readouterr().err
