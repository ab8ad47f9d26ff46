"""Offers are served without pickle and without lealtad's code; an altered file is refused."""

import mlflow
import pandas as pd
import polars as pl
import pytest

from lealtad.models.registry import save_offers_model


@pytest.fixture
def saved(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    rows = [("a", "buy_again", 2, "tea"), ("a", "buy_again", 1, "milk"), ("a", "goes_with", 1, "cups")]
    offers = tmp_path / "recommendations.parquet"
    schema = ["customer_id", "task", "rank", "product_id"]
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(offers)
    save_offers_model(offers, tmp_path / "model")
    return tmp_path / "model"


def test_a_customer_gets_two_lists(saved):
    answer = mlflow.pyfunc.load_model(str(saved)).predict(pd.DataFrame({"customer_id": ["a", "unknown"]}))
    assert answer["buy_again"].tolist() == [["milk", "tea"], []]
    assert answer["goes_with"].tolist() == [["cups"], []]


def test_nothing_is_pickled(saved):
    assert not [path for path in saved.rglob("*") if path.suffix in {".pkl", ".pickle"}]


def test_an_altered_file_is_refused(saved):
    path = next(saved.rglob("recommendations.parquet"))
    pl.read_parquet(path).with_columns(product_id=pl.lit("rum")).write_parquet(path)
    with pytest.raises(ValueError, match="was altered; run lealtad recommend again"):
        mlflow.pyfunc.load_model(str(saved))


def test_a_new_night_takes_the_place_of_the_one_before(saved):
    offers = saved.parent / "recommendations.parquet"
    pl.read_parquet(offers).with_columns(product_id=pl.lit("new")).write_parquet(offers)
    save_offers_model(offers, saved)
    answer = mlflow.pyfunc.load_model(str(saved)).predict(pd.DataFrame({"customer_id": ["a"]}))
    assert answer["goes_with"].tolist() == [["new"]]
