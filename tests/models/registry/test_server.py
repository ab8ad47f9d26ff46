"""A remote store that dies and comes back, and the champion served over HTTP: real servers on loopback."""

import json
import urllib.error
import urllib.request

import mlflow
import numpy as np
import pytest

from lealtad.base.errors import ModelError
from lealtad.jobs import promote as job_promote
from lealtad.models import registry
from lealtad.models.recording import run as recording
from tests.models.registry.conftest import definition
from tests.models.registry.servers import free_port, serving, tracking

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def store(company, new_store, tmp_path_factory):
    """A tracking server that was killed between the run and the registration of the first model."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    new_store(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
        patch.setattr(job_promote, "_choose_definition", lambda *_: definition())
        server = tracking(folder, port)
        try:
            register = registry.register_challenger

            def killed(*arguments):
                server.kill()
                return register(*arguments)

            patch.setattr(recording.registry, "register_challenger", killed)
            with pytest.raises(
                ModelError, match=r"an MLflow store that answers at http://127.*same command again"
            ):
                company.record(server.address)
            patch.setattr(recording.registry, "register_challenger", register)
            with pytest.raises(ModelError, match="expected an MLflow store that answers"):
                company.record(server.address)
            server = tracking(folder, port)
            yield server.address
        finally:
            server.kill()


@pytest.fixture(scope="module")
def champion(store, company):
    """The model that was registered by the retry, and passed the gate."""
    mlflow.set_tracking_uri(store)
    assert mlflow.MlflowClient().search_registered_models() == []  # nothing was half registered
    assert company.record(store) == "churn/1"
    assert registry.find_champion(store, "churn") is None  # training makes nobody champion
    assert job_promote.judge(company.out, definition(), store)
    return registry.load_champion(store, "churn")


@pytest.fixture(scope="module")
def served(store, champion, tmp_path_factory):
    with serving(store, tmp_path_factory.mktemp("serving")) as server:
        yield server


def ask(server, rows, **params):
    records = json.loads(rows.to_json(orient="split", index=False))
    body = json.dumps({"dataframe_split": records} | ({"params": params} if params else {})).encode()
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{server.address}/invocations", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read(), parse_constant=_no_nan)["predictions"]
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def _no_nan(constant):
    raise AssertionError(f"{constant} is no JSON")


def test_a_remote_store_takes_run_model_alias_and_history(store, champion, company):
    assert champion.version == "1"
    runs = mlflow.MlflowClient(store).search_runs(["1"])
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert company.record(store) == "churn/1"  # the same data again
    assert registry.read_history(store, "churn").select("version", "until", "gate").rows() == [
        ("1", None, "passed")
    ]
    assert json.loads(champion.read_artifact("environment.json"))["lightgbm"]


def test_the_server_answers_what_the_model_says(served, champion, company):
    rows = company.trained.test.X.head(20)
    status, found = ask(served, rows)
    assert status == 200
    np.testing.assert_allclose([row["probability"] for row in found], champion.probabilities(rows), rtol=1e-12)
    assert {row["band"] for row in found} <= {"very_high", "high", "medium", "low"}
    assert {"low", "high"} <= set(found[0])
    assert "reasons" not in found[0]


def test_the_order_of_columns_is_no_matter_and_nulls_are_scored(served, company):
    rows = company.trained.test.X.head(20)
    _, expected = ask(served, rows)
    assert ask(served, rows[rows.columns[::-1]]) == (200, expected)
    assert ask(served, rows.assign(extra=1.0)) == (200, expected)
    status, found = ask(served, rows * np.nan)
    assert status == 200
    assert all(0 < row["probability"] < 1 for row in found)


def test_reasons_come_on_request_with_own_and_typical_values(served, champion, company):
    rows = company.trained.test.X.head(5)
    status, found = ask(served, rows, reasons=3)
    assert status == 200
    weights = champion.contributions(rows)
    for position, row in enumerate(found):
        heaviest = weights.iloc[position].abs().nlargest(3)
        assert [one["column"] for one in row["reasons"]] == list(heaviest.index)
        for one in row["reasons"]:
            assert one["contribution"] == pytest.approx(weights.iloc[position][one["column"]])
            assert one["own"] == pytest.approx(rows.iloc[position][one["column"]])
            assert one["typical"] == pytest.approx(champion.contract["typical"][one["column"]])


def test_a_wrong_schema_is_refused_with_the_name_of_the_column(served, champion, company):
    rows, name = company.trained.test.X.head(3), champion.contract["columns"][4]
    for wrong in (rows.drop(columns=name), rows.assign(**{name: "many"}), rows.assign(**{name: [[1.0]] * 3})):
        status, answer = ask(served, wrong)
        assert (status, name in answer) == (400, True), answer
    status, answer = ask(served, rows, reasons=-1)
    assert (status, "reasons" in answer) == (400, True)
    status, answer = ask(served, rows, reasons="three")
    assert (status, "reasons" in answer) == (400, True)
