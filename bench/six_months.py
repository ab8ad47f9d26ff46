"""Six months of lists of the simulated company, judged by the truth that no company knows.

The model and the effect of contacts are learned from what was known six months before the end. Then a list is made
for every night. Promised saves are compared with true saves. Profit is compared with that of an oracle who knows
the truth of every customer, under the same capacity. Part of the truth leaves no trace in facts, so nobody can
reach the oracle. The lists are also compared with those of a learner that saw the true saves of past weeks. No
campaign can show as much.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.company.model_definition import ModelDefinition
from lealtad.company.playbook import Action, Playbook, Words, read_holdout_key
from lealtad.examples.features import build_into, fit_words
from lealtad.examples.features.streams.stream import WORD_AXES
from lealtad.lake import commit_tables
from lealtad.lake.loading import load
from lealtad.lake.timeline import find_end_of_data
from lealtad.learning import on_lake as training
from lealtad.learning.on_lake.cross_fit import CrossFitModel
from lealtad.models import scoring
from lealtad.models.recording import record
from lealtad.models.registry import load_version
from lealtad.sources import Source
from lealtad.sources.contract.tables import STORED
from lealtad.sources.simulated import Scenario, simulate
from lealtad.sources.source import wrap_frame
from lealtad.worklist.allocation import allocate
from lealtad.worklist.alternatives import take_top
from lealtad.worklist.campaign_arms import find_lasting_arms
from lealtad.worklist.deciding import decide
from lealtad.worklist.effect_estimates import draw_gammas, effect_columns, estimate_saved, measure_effect
from lealtad.worklist.night import gather_night
from lealtad.worklist.promises import compute_promises
from lealtad.worklist.stored_lists import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from bench.rows import Row
    from lealtad.experiments.effect import Effect
    from lealtad.lake import Lake
    from lealtad.models.registry import RegisteredModel
    from lealtad.worklist import Night
    from lealtad.worklist.decision import Decision

MODEL = Path(__file__).parents[1] / "models" / "churn" / "model.toml"
_WEEK, _HORIZON_WEEKS = 7, 4
# share of assigned customers who are reached, and the memory of a contact, as in the simulation
_REACHED, _MEMORY_WEEKS = 0.85, 8.0
_DAYS = 182
_MOST_TAUGHT = 100_000
_WHO = ("true", "shown", "taught")
END = datetime(2026, 1, 1, tzinfo=UTC)  # of the simulated company


def build_playbook(customers: int) -> Playbook:
    """Return the simulated company's playbook: three actions at its costs, for one customer in a hundred a
    night."""
    most = max(customers // 200, 4)
    actions_of_company = (("offer", 0.5, most // 2), ("call", 4.0, most), ("discount", 8.0, most))
    actions = tuple(
        Action(
            name=name,
            words=Words(en=name, es=name),
            channel="phone",
            owner="retention",
            contact_cost=cost,
            capacity_per_day=capacity,
        )
        for name, cost, capacity in actions_of_company
    )
    return Playbook(actions=actions, owners={"retention": most}, exploration_share=0.0, hysteresis=0.1)


@dataclass(frozen=True)
class World:
    """A company, what it had learned six months ago, and the truth of every week.

    Attributes
    ----------
    lake
        Everything up to the end; as of a night it shows what was known then.
    truth
        `customer_id, as_of` (weekly), `log_odds, treatment_log_odds`.
    taught
        Predicts saves from features, as learned from the true saves of the weeks before `begin`.
    """

    lake: Lake
    definition: ModelDefinition
    model: RegisteredModel
    effect: Effect
    playbook: Playbook
    truth: pl.DataFrame
    taught: Callable[[pl.DataFrame], NDArray[np.float64]]
    begin: datetime


def build_world(folder: Path, customers: int, seed: int) -> World:
    """Simulate a company, and train on what it knew six months before the end."""
    company = simulate(customers, months=24, seed=seed, scenario=Scenario(truth_every_weeks=1))
    whole_lake = _load(folder / "lake", company.tables)
    begin = find_end_of_data(whole_lake) - timedelta(days=_DAYS)
    past = _load(
        folder / "past", {name: _select_before(name, rows, begin) for name, rows in company.tables.items()}
    )
    definition, book = ModelDefinition.read(MODEL), build_playbook(customers)
    past = fit_words(past, definition.find_last_training_date(past))
    past = build_into(past, definition.as_of_dates(past))
    trained = training.train(past, definition)
    effect = measure_effect(past, definition, book, CrossFitModel(trained, definition).predict)
    store = f"sqlite:///{folder}/mlflow.db"
    named = record(
        trained, past, definition, store, folder / "artifacts", attached={"effect.json": effect.to_text()}
    )
    if past.has(WORD_AXES):
        whole_lake = commit_tables(
            whole_lake, {WORD_AXES: past.read(WORD_AXES)}, {WORD_AXES: past.notes(WORD_AXES)}
        )
    model = load_version(store, definition.name, named)
    taught = teach(past, company.truth, definition.as_of_dates(past))
    return World(whole_lake, definition, model, effect, book, company.truth, taught, begin)


def teach(
    lake: Lake, truth: pl.DataFrame, dates: Sequence[datetime]
) -> Callable[[pl.DataFrame], NDArray[np.float64]]:
    """Learn the saves of a contact from the true saves of past dates: the most that facts can teach."""
    from lightgbm import LGBMRegressor

    features = lake.read("features", where=pl.col("as_of").is_in(list(dates)))
    columns = [name for name, kind in features.schema.items() if kind.is_numeric()]
    examples = pl.concat(
        features.filter(as_of=moment).join(compute_true_saves(truth, moment), on="customer_id") for moment in dates
    )
    examples = examples.sample(min(examples.height, _MOST_TAUGHT), seed=1)
    model = LGBMRegressor(
        n_estimators=400, learning_rate=0.05, min_child_samples=100, deterministic=True, verbose=-1
    )
    model.fit(examples.select(columns).to_numpy(), examples["true_saves"].to_numpy())
    return lambda rows: np.asarray(model.predict(rows.select(columns).to_numpy()))


def decide_lists(
    world: World, every_days: int, days: int = _DAYS
) -> Iterator[tuple[Night, Decision, pl.DataFrame]]:
    """Make a list every `every_days` nights; yield night, decision and features."""
    lake, previous_lists = world.lake, [pl.DataFrame(schema=SCHEMA)]
    nights = [world.begin + timedelta(days=day) for day in range(every_days, days, every_days)]
    for start in range(0, len(nights), 14):
        lake = build_into(lake, nights[start : start + 14])
        for moment in nights[start : start + 14]:
            scores = scoring.score(lake, world.definition, world.model, moment)
            columns = effect_columns(lake, world.effect)
            night = gather_night(
                lake, world.definition, scores, scoring.read_promoters(lake, moment), world.playbook, columns
            )
            campaign, awaited = world.playbook.campaign_id(moment), _HORIZON_WEEKS * _WEEK
            arms = find_lasting_arms(pl.concat(previous_lists), campaign, moment, awaited)
            night = replace(night, previous=previous_lists[-1], arms=arms)
            saved = estimate_saved(night, world.playbook, world.effect)
            decision = decide(
                night, world.playbook, saved=saved, key=read_holdout_key(world.playbook), kpi_version="bench"
            )
            previous_lists.append(decision.rows)
            yield night, decision, lake.read("features", where=pl.col("as_of") == moment)


def compute_true_saves(truth: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    """Return `customer_id, true_saves, shown_saves`: how far a contact now would lower the chance of churn.
    `shown_saves` follows from the part of the hazard that facts show; no list can know more.
    """
    # a contact counts from the week after it was made
    fading = [0.0, *(float(np.exp(-weeks / _MEMORY_WEEKS)) for weeks in range(_HORIZON_WEEKS - 1))]
    week = truth.filter(pl.col("as_of") <= moment)["as_of"].max()
    now = truth.filter(pl.col("as_of") == week)
    stays = {name: (pl.lit(1.0), pl.lit(1.0)) for name in ("log_odds", "observable_log_odds")}
    for fade in fading:
        for name, (alone, treated) in stays.items():
            pushed = pl.col(name) + fade * pl.col("treatment_log_odds")
            stays[name] = (alone * (1 - _convert_odds(pl.col(name))), treated * (1 - _convert_odds(pushed)))
    saves = {name: _REACHED * (treated - alone) for name, (alone, treated) in stays.items()}
    return now.select("customer_id", true_saves=saves["log_odds"], shown_saves=saves["observable_log_odds"])


def join_truth(world: World, night: Night, features: pl.DataFrame) -> pl.DataFrame:
    """Return the saves of a night by customer: true, shown by facts, and taught by facts."""
    taught = features.select("customer_id", taught_saves=world.taught(features))
    return compute_true_saves(world.truth, night.as_of).join(taught, on="customer_id", how="left")


def judge(world: World, every_days: int) -> pl.DataFrame:
    """Return one row per list: promised saves, true saves, and the profit of different ways to choose.

    Columns: `as_of, listed, promised, low, high, true_saves`, and true profits. `profit` is that of the list.
    `oracle` chooses by the truth, `shown` by the part that facts show, `taught` by what past saves teach.
    `probability` and `value` give the same capacity to the highest probabilities and to the biggest customers.
    """
    nights = []
    for night, decision, features in decide_lists(world, every_days):
        truth = join_truth(world, night, features)
        rows, listed = decision.rows, decision.worklist_rows
        promise = (
            compute_promises(rows, draw_gammas(night, rows, world.effect))
            .filter(pl.col("group") == 0, pl.col("measure") == "saves")
            .row(0, named=True)
        )
        candidates = list_choosable(night, world, truth)
        contacted = listed.join(truth, on="customer_id", how="left")
        nights.append(
            {
                "as_of": night.as_of,
                "listed": listed.height,
                "promised": promise["expected"],
                "low": promise["low"],
                "high": promise["high"],
                "true_saves": float(contacted["true_saves"].sum()),
                "profit": compute_profit(listed.select("customer_id", "action"), candidates, world.playbook),
                "oracle": _compute_best_profit("true_gain", candidates, world.playbook),
                "shown": _compute_best_profit("shown_gain", candidates, world.playbook),
                "taught": _compute_best_profit("taught_gain", candidates, world.playbook),
                "probability": compute_top_profit("probability", candidates, world.playbook, listed.height),
                "value": compute_top_profit("value_at_stake", candidates, world.playbook, listed.height),
            }
        )
    return pl.DataFrame(nights)


def run() -> list[Row]:
    """Judge six months of lists of two companies, one night a week, because the nights between hardly differ."""
    worlds = []
    for seed in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            worlds.append(judge(build_world(Path(folder), 20_000, seed), every_days=7))
    coverage = [nights.select(pl.col("true_saves").is_between("low", "high").mean()).item() for nights in worlds]
    rows = [
        _build_row("lists_saves_covered", coverage, "share", 0.9),
        _build_row("lists_profit_of_oracle", _compute_shares(worlds, "oracle"), "share", 0.85),
        _build_row("lists_profit_of_what_facts_show", _compute_shares(worlds, "shown"), "share", 0.85),
        _build_row("lists_profit_of_what_facts_teach", _compute_shares(worlds, "taught"), "share", 0.85),
    ]
    return [
        *rows,
        *(
            _build_row(f"lists_profit_over_{name}", _compute_shares(worlds, name), "x", 1.0)
            for name in ("probability", "value")
        ),
    ]


def _compute_shares(worlds: list[pl.DataFrame], rival: str) -> list[float]:
    return [float(nights["profit"].sum()) / max(float(nights[rival].sum()), 1e-9) for nights in worlds]


def _build_row(name: str, values: list[float], unit: str, goal: float) -> Row:
    ends = {"low": min(values), "high": max(values), "repeats": len(values)}
    return {"name": name, "value": float(np.mean(values)), "unit": unit, "goal": goal, "better": "higher", **ends}


def _load(root: Path, tables: dict[str, pl.DataFrame]) -> Lake:
    source = Source({name: wrap_frame(rows, name) for name, rows in tables.items()})
    return load(root, source, loaded_at=END).lake


def _select_before(name: str, rows: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    table = next(stored for stored in STORED if stored.name == name)
    clocks = [clock for clock in (table.event_time or "valid_from", "recorded_at") if clock in rows.columns]
    if not clocks:
        return rows
    return rows.filter(pl.max_horizontal(clocks).fill_null(pl.lit(moment - timedelta(days=1))) < moment)


def _convert_odds(log_odds: pl.Expr) -> pl.Expr:
    return 1 / (1 + (-log_odds).exp())


def list_choosable(night: Night, world: World, truth: pl.DataFrame) -> pl.DataFrame:
    """Return the customers whom the list could have held, with the truth."""
    from lealtad.worklist.holdout import assign_holdout
    from lealtad.worklist.skipped_customers import find_skipped

    alone = find_skipped(night.candidates, world.playbook, night.as_of)
    free = night.candidates.drop_nulls(["probability", "value_at_stake"]).join(alone, on="customer_id", how="anti")
    campaign = world.playbook.campaign_id(night.as_of)
    share, key = world.playbook.holdout_share, read_holdout_key(world.playbook)
    free = free.filter(~assign_holdout(free["customer_id"], campaign, share, key, night.lasting_arms))
    with_truth = free.join(truth, on="customer_id", how="left").with_columns(
        pl.col("true_saves", "shown_saves", "taught_saves").fill_null(0.0)
    )
    gains = (pl.col(f"{source}_saves").mul(pl.col("value_at_stake")).alias(f"{source}_gain") for source in _WHO)
    return with_truth.with_columns(*gains)


def _list_costs(playbook: Playbook) -> pl.DataFrame:
    return pl.DataFrame(
        [(action.name, action.contact_cost) for action in playbook.actions],
        schema=["action", "cost"],
        orient="row",
    )


def compute_profit(pairs: pl.DataFrame, candidates: pl.DataFrame, playbook: Playbook) -> float:
    """Return what contacting these customers is truly worth."""
    contacted = pairs.join(candidates, on="customer_id", how="left").join(_list_costs(playbook), on="action")
    return float((contacted["true_gain"].fill_null(0.0) - contacted["cost"]).sum())


def _compute_best_profit(gain: str, candidates: pl.DataFrame, playbook: Playbook) -> float:
    """Return the true profit of the best list by some gain, under the capacities."""
    options = candidates.join(_list_costs(playbook), how="cross").select(
        "customer_id", "action", gain=pl.col(gain) - pl.col("cost")
    )
    return compute_profit(allocate(options, playbook).chosen.select("customer_id", "action"), candidates, playbook)


def compute_top_profit(by: str, candidates: pl.DataFrame, playbook: Playbook, count: int) -> float:
    """Return the true profit of calling as many customers from the top of a ranking, the cheapest action first."""
    names = [
        action.name
        for action in sorted(playbook.actions, key=lambda action: action.contact_cost)
        for _ in range(action.capacity_per_day or count)
    ]
    return compute_profit(take_top(candidates, by, names[:count]), candidates, playbook)
