"""A model of a lake: what it learns, what stands beside it, and what it says of odd columns."""

import numpy as np
import polars as pl
import pytest

import lealtad
from lealtad.base.errors import LakeError, TooLittleDataError
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.model_settings import Booster, DateSettings, SearchSettings
from lealtad.company.outcome_definition import Inactivity
from lealtad.examples.dataset import Dataset, build_dataset
from lealtad.examples.features import build, build_into, trace_provenance
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from lealtad.learning.on_lake.examples import choose_directions, select_readable
from lealtad.learning.search import find_contradictions
from tests.companies import INSTANT, at

pytestmark = pytest.mark.slow

DEFINITION = ModelDefinition(
    name="churn",
    families=("rhythm", "money"),
    label=Inactivity(alive_days=42, horizon_days=21),
    dates=DateSettings(train=9, test=2),
    search=SearchSettings(trials=2, folds=2, seeds=2),
)
FIXED = DEFINITION.model_copy(update={"booster": Booster(rounds=40, leaves=4, feature_share=0.5)})


def shop(customers=160, days=170, seed=3):
    """Customers with a pace of their own, who stop at a random day; two segments."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(customers):
        gap, stop = rng.uniform(3, 12), rng.uniform(40, 420)
        day = rng.uniform(0, gap)
        while day < min(stop, days):
            rows.append((f"c{number:03d}", at(24 * day), round(rng.gamma(2, 20), 2)))
            day += rng.exponential(gap)
    moments = pl.Series([row[1] for row in rows], dtype=INSTANT)
    orders = pl.DataFrame(
        {
            "order_id": [f"o{number}" for number in range(len(rows))],
            "customer_id": [row[0] for row in rows],
            "ordered_at": moments,
            "amount": [row[2] for row in rows],
            "known_at": moments,
        }
    ).sort("customer_id", "known_at")
    people = pl.DataFrame(
        {
            "customer_id": [f"c{number:03d}" for number in range(customers)],
            "segment": [("plus", "basic")[number % 2] for number in range(customers)],
            "known_at": pl.Series([None] * customers, dtype=INSTANT),
        }
    )
    return {"customers": people, "orders": orders}


def with_features(root, buckets):
    made = commit_tables(Lake(root, Manifest(buckets)), shop())
    features = build(made, DEFINITION.as_of_dates(made))
    return commit_tables(made, {"features": features}, {"features": trace_provenance(made)})


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return with_features(tmp_path_factory.mktemp("shop") / "lake", 1)


@pytest.fixture(scope="module")
def trained(lake):
    value = lake.read("features").select("customer_id", "as_of", pl.lit(500.0).alias("value"))
    return lealtad.train(lake, FIXED, champion=lambda rows: np.full(len(rows), 0.2), value=value)


def test_of_a_large_company_a_random_part_of_whole_customers_is_learned_from(lake, tmp_path):
    large = with_features(tmp_path / "lake", 4)
    dates = DEFINITION.as_of_dates(large)
    every = build_dataset(large, FIXED, dates).rows
    assert every.equals(build_dataset(lake, FIXED, dates).rows)
    in_first = large.read("features", 0).height
    few = FIXED.model_copy(update={"dates": FIXED.dates.model_copy(update={"most_rows": in_first + 1})})
    messages = []
    part = lealtad.train(large, few, progress=messages.append).train.rows
    assert "learn from the customers of 2 of 4 buckets ([dates] most_rows)" in messages
    theirs = every.filter(
        large.bucket_of(every["customer_id"]) < 2, pl.col("as_of").is_in(part["as_of"].implode())
    )
    assert part.select("customer_id", "as_of", "observed").equals(
        theirs.select("customer_id", "as_of", "observed")
    )
    assert 0 < part["customer_id"].n_unique() < every["customer_id"].n_unique()


def test_features_of_one_night_are_none_to_learn_from(lake):
    night = DEFINITION.as_of_dates(lake)[-1]
    after = build_into(lake, [night])
    with pytest.raises(
        LakeError, match=rf"expected features of .* found those of {night:%Y-%m-%d}, .*lealtad fea"
    ):
        lealtad.train(after, FIXED)


def test_it_stands_beside_its_baselines_and_the_champion(trained):
    names = ["model", "base_rate", "recency", "frequency", "cadence", "logistic", "champion"]
    assert trained.metrics["name"].to_list() == names
    found = dict(trained.metrics.select("name", "auc").rows())
    assert found["model"] > 0.7
    assert found["champion"] == 0.5
    assert trained.evaluation.profit["name"].to_list() == names
    np.testing.assert_array_equal(trained.predict(trained.test.X), trained.probabilities["model"])


def test_every_slice_is_judged_and_the_worst_named(trained):
    assert trained.metrics_by_date["by"].to_list() == sorted(set(trained.test.rows["as_of"]))
    assert trained.evaluation.by_segment["by"].to_list() == ["basic", "plus"]
    worst = trained.evaluation.worst.filter(pl.col("metric") == "auc")
    assert worst["slice"].to_list() == ["date", "segment"]
    assert worst["value"].to_list() == [
        trained.metrics_by_date["auc"].min(),
        trained.evaluation.by_segment["auc"].min(),
    ]


def test_a_customer_worth_more_promises_more(lake, trained):
    plain = lealtad.train(lake, FIXED)
    assert plain.fitted.text == trained.fitted.text  # the same seed is the same text
    assert plain.evaluation.profit["expected"][0] < trained.evaluation.profit["expected"][0]


def test_a_search_is_resumed_from_its_file(lake, tmp_path):
    journal = tmp_path / "search.journal"
    messages: list[str] = []
    first = lealtad.train(lake, DEFINITION, progress=messages.append, storage=journal)
    assert sum(line.startswith("trial") for line in messages) == 2
    messages.clear()
    again = lealtad.train(lake, DEFINITION, progress=messages.append, storage=journal)
    assert not [line for line in messages if line.startswith("trial")]  # all trials were made already
    assert again.fitted.text == first.fitted.text


def test_too_few_outcomes_say_how_many_more_it_takes(lake):
    short = DEFINITION.model_copy(update={"label": Inactivity(alive_days=14, horizon_days=60)})
    with pytest.raises(TooLittleDataError, match=r"expected at least 25, found \d+. Load \d+ more"):
        lealtad.train(lake, short.model_copy(update={"dates": DateSettings(train=1, test=1)}))


def dataset(**columns):
    n = len(next(iter(columns.values())))
    outcome = {"observed": [True] * n, "treated": [False] * n, "weight": [1.0] * n}
    return Dataset(pl.DataFrame({"customer_id": ["a"] * n, "as_of": [at(0)] * n, **outcome, **columns}))


def test_columns_that_say_nothing_are_left_out_and_said():
    past = dataset(
        orders=[1.0, np.inf, 3.0], one=[2, 2, 2], none=pl.Series([None] * 3, dtype=pl.Float64), n=[1, 2, 3]
    )
    later = dataset(orders=[-np.inf, 1.0], one=[2, 5], none=[1.0, 2.0], n=[3, 4])
    learned, judged, notes = select_readable(past, later)
    assert learned.features == judged.features == ["orders", "n"]
    assert learned.X["orders"].isna().tolist() == [False, True, False]
    assert judged.X["orders"].isna().tolist() == [True, False]
    assert notes == (
        "left out: 1 constant (one), 1 all null (none)",
        "taken as missing: orders (1 infinite)",
    )


def test_a_direction_that_the_data_contradict_is_set_free_and_said():
    from lealtad.examples.features import CATALOG

    rng = np.random.default_rng(1)
    silence, happened = rng.normal(size=(400, 2)), np.zeros(400)
    happened[silence[:, 0] > 0.5] = 1
    columns = ["silence", "amount_28d"]
    held, messages = choose_directions(CATALOG, columns, silence, happened, np.arange(400))
    assert (held, messages) == ((1, 0), ())
    held, messages = choose_directions(CATALOG, columns, -silence, happened, np.arange(400))
    assert held == (0, 0)
    assert messages == ("set free: silence (the data contradict the catalog's direction)",)


def test_chance_contradicts_nothing_and_nulls_do_not_count():
    rng = np.random.default_rng(2)
    values, happened = rng.normal(size=(500, 8)), (rng.random(500) < 0.3).astype(float)
    values[rng.random(500) < 0.4, 0] = np.nan
    assert find_contradictions(values, happened, [1, -1] * 4, np.arange(500)) == []
    assert find_contradictions(np.full((500, 1), np.nan), happened, [1], np.arange(500)) == []
