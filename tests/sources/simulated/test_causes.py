from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lealtad.sources.simulated import CAUSES, INTERACTIONS, Scenario, SimulatedCompany, simulate
from lealtad.sources.simulated.causes import BASE_LOG_ODDS, render_markdown
from lealtad.sources.simulated.support_desks import build_desks
from lealtad.sources.simulated.weeks import Weeks

pytestmark = pytest.mark.slow

DOCUMENT = Path(__file__).parents[3] / "docs" / "simulated.md"
NAMES = [cause.name for cause in CAUSES]
CAUSE = {cause.name: cause for cause in CAUSES}


def test_the_documentation_shows_the_causes_in_force() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    table = text.split("<!-- causes -->\n")[1].split("<!-- /causes -->")[0]
    assert table == render_markdown()


@cache
def company(pressed: tuple[str, ...] = (), muted: tuple[str, ...] = ()) -> SimulatedCompany:
    return simulate(3_000, 9, seed=4, scenario=Scenario(pressed=pressed, muted=muted))


def gap(truth: pl.DataFrame, pressed: pl.Series, column: str) -> float:
    """Mean of a column over the pressed customers minus the mean over the others."""
    under = truth["customer_id"].is_in(pressed.implode())
    return truth.filter(under)[column].mean() - truth.filter(~under)[column].mean()


@pytest.mark.parametrize("name", NAMES)
def test_a_cause_moves_the_hazard_as_documented(name: str) -> None:
    """The same people, once with the cause pressed upon half of them and once without."""
    usual, pressed = company().truth, company(pressed=(name,)).truth
    half = pressed.filter(pl.col("pressed"))["customer_id"].unique()
    more = {
        column: gap(pressed, half, column) - gap(usual, half, column)
        for column in ("log_odds", *(c for c in pressed.columns if c.startswith("cause_")))
    }
    assert more[f"cause_{name}"] > 0.01
    causes = sum(amount for column, amount in more.items() if column.startswith("cause_"))
    # frailty, mood and contacts are the same people's; those who left early are not the same
    assert more["log_odds"] == pytest.approx(causes, abs=0.06)
    assert more["log_odds"] > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_muted_cause_moves_nothing(name: str) -> None:
    muted = company(pressed=(name,), muted=(name,)).truth
    assert (muted[f"cause_{name}"] == 0).all()
    pairs = [pair.name for pair in INTERACTIONS if name in pair.of]
    assert all((muted[f"cause_{pair}"] == 0).all() for pair in pairs)
    loud = company(pressed=(name,)).truth
    assert muted.filter(pl.col("pressed"))["log_odds"].mean() < loud.filter(pl.col("pressed"))["log_odds"].mean()


def test_the_observable_part_is_the_sum_of_what_facts_show(simulated: SimulatedCompany) -> None:
    truth = simulated.truth
    shown = [f"cause_{name}" for name in (*NAMES, *(pair.name for pair in INTERACTIONS)) if name != "high_effort"]
    observable = truth["observable_log_odds"] - BASE_LOG_ODDS - truth.select(pl.sum_horizontal(shown)).to_series()
    felt = truth["cause_high_effort"]
    assert observable.min() > -1e-9
    assert (observable <= felt + 1e-5).all()
    assert 0.03 < observable.sum() / felt.sum() < 0.5


END = date(2026, 1, 1)


@pytest.mark.parametrize("pair", INTERACTIONS, ids=lambda pair: pair.name)
def test_an_interaction_is_the_product_of_its_causes(simulated: SimulatedCompany, pair) -> None:
    one, other = (simulated.truth[f"cause_{name}"] / CAUSE[name].coefficient for name in pair.of)
    found = simulated.truth[f"cause_{pair.name}"].to_numpy()
    np.testing.assert_allclose(found, pair.coefficient * (one * other).to_numpy(), atol=1e-9)
    assert (found > 0).any()


AS_OF = datetime(2025, 10, 9, tzinfo=UTC)
START = datetime(2025, 1, 2, tzinfo=UTC)


def weeks_known_before(at: pl.Expr) -> pl.Expr:
    """Whole weeks between the first week that begins after a fact and the as-of date."""
    week = timedelta(weeks=1) // timedelta(microseconds=1)
    return (AS_OF - START) // timedelta(weeks=1) - (at - START).dt.total_microseconds() // week - 1


def sum_faded(name: str, facts: pl.DataFrame, at: str, amount: pl.Expr) -> pl.DataFrame:
    age = weeks_known_before(pl.col(at))
    left = amount * (-age / CAUSE[name].memory_weeks).exp()
    return facts.filter(pl.col(at) >= START, pl.col(at) < AS_OF).group_by("customer_id").agg(units=left.sum())


def silence(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    own = tables["touchpoints"].filter(pl.col("initiated_by") == "customer", pl.col("occurred_at") < AS_OF)
    last = own.group_by("customer_id").agg(pl.col("occurred_at").max())
    return last.select("customer_id", units=weeks_known_before(pl.col("occurred_at")) / 4)


def few_channels(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    own = tables["touchpoints"].filter(
        pl.col("initiated_by") == "customer",
        pl.col("occurred_at").is_between(AS_OF - timedelta(weeks=12), AS_OF, closed="left"),
    )
    used = own.group_by("customer_id").agg(pl.n_unique("channel"))
    return used.select("customer_id", units=(3 - pl.col("channel").cast(pl.Int64)).clip(lower_bound=0))


def price_rise(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    contract = (
        tables["subscriptions"]
        .sort("customer_id", "occurred_at")
        .with_columns(before=pl.col("amount_monthly").forward_fill().shift().over("customer_id"))
    )
    renewals = contract.filter(pl.col("event") == "renew")
    rise = (pl.col("amount_monthly") / pl.col("before") - 1) / 0.10
    return sum_faded("price_rise", renewals, "occurred_at", rise)


def reopened_ticket(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    reopened = tables["ticket_events"].filter(pl.col("event") == "reopened")
    return sum_faded("reopened_ticket", reopened, "occurred_at", pl.lit(1.0))


def unsolved_ticket(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    events = tables["ticket_events"].filter(pl.col("occurred_at") < AS_OF, pl.col("excluded_as").is_null())
    tickets = (
        events.sort("occurred_at")
        .group_by("ticket_id")
        .agg(
            pl.col("customer_id").first(),
            pl.col("occurred_at").min(),
            pl.col("event").filter(pl.col("event").is_in(["created", "solved", "reopened", "merged"])).last(),
        )
    )
    old = tickets.filter(pl.col("occurred_at") < AS_OF - timedelta(days=7))
    return old.filter(pl.col("event").is_in(["created", "reopened"])).group_by("customer_id").agg(units=pl.len())


def slow_reply(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    events = tables["ticket_events"].filter(pl.col("opened_by") == "customer", pl.col("excluded_as").is_null())
    created = events.filter(pl.col("event") == "created").select("ticket_id", "customer_id", at="occurred_at")
    public = events.filter(pl.col("event") == "agent_reply", pl.col("public"))
    first = public.group_by("ticket_id").agg(pl.col("occurred_at").min())
    country = tables["customers"].select("customer_id", "country").unique()
    waits = created.join(first, on="ticket_id").join(country, on="customer_id")
    asked, answered = (waits[name].to_physical().to_numpy() for name in ("at", "occurred_at"))
    desks = build_desks(Weeks.before(END, 12))
    by_desk = [desk.measure_business_time(answered) - desk.measure_business_time(asked) for desk in desks]
    spanish = waits["country"].is_in(["ES", "PT"]).to_numpy()
    hours = np.where(spanish, *by_desk) / 3.6e9
    doublings = np.clip(np.log2(np.maximum(hours, 1e-9) / 4.0), 0.0, 3.0)
    return sum_faded("slow_reply", waits.with_columns(doublings=doublings), "occurred_at", pl.col("doublings"))


def bad_first_month(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    created = tables["ticket_events"].filter(
        pl.col("event") == "created", pl.col("occurred_at") < AS_OF, pl.col("excluded_as").is_null()
    )
    start = tables["subscriptions"].filter(pl.col("event") == "start")
    both = created.join(start.select("customer_id", began="occurred_at"), on="customer_id")
    early = both.filter(
        weeks_known_before(pl.col("began")) - weeks_known_before(pl.col("occurred_at")) < 4,
        ~pl.col("ticket_id").is_in(tables["ticket_events"].drop_nulls("merged_into")["ticket_id"].implode()),
    )
    last = early.group_by("customer_id").agg(pl.col("occurred_at").max())
    left = (-weeks_known_before(pl.col("occurred_at")) / CAUSE["bad_first_month"].memory_weeks).exp()
    return last.select("customer_id", units=left)


def term_ends(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    known = tables["subscriptions"].filter(pl.col("occurred_at") < AS_OF).drop_nulls("term_end")
    last = known.sort("occurred_at").group_by("customer_id").last()
    return last.select("customer_id", units=(pl.col("term_end") - AS_OF < timedelta(days=28)).cast(pl.Float64))


@pytest.mark.parametrize(
    "recomputed",
    [
        silence,
        few_channels,
        price_rise,
        reopened_ticket,
        unsolved_ticket,
        slow_reply,
        bad_first_month,
        term_ends,
    ],
    ids=lambda function: function.__name__,
)
def test_a_cause_can_be_recomputed_from_the_tables(recomputed) -> None:
    """The tables alone, read by an obvious second implementation, give the documented contribution."""
    whole = simulate(1_500, 12, seed=9, scenario=Scenario(late_share=0.0, alias_share=0.0))
    cause = CAUSE[recomputed.__name__]
    # who left and came back remembers, by the truth, what would have been; the tables do not
    left = whole.tables["subscriptions"].filter(pl.col("event") == "end")["customer_id"]
    truth = whole.truth.filter(pl.col("as_of") == AS_OF, ~pl.col("customer_id").is_in(left.implode()))
    units = recomputed(whole.tables).with_columns(pl.col("units").clip(upper_bound=cause.most))
    both = truth.join(units, on="customer_id", how="left").with_columns(pl.col("units").fill_null(0.0))
    if cause.name in {"silence", "few_channels"}:  # nothing at all is the most of it
        heard = truth["customer_id"].is_in(units["customer_id"].implode())
        both = both.with_columns(pl.when(heard).then("units").otherwise(cause.most).alias("units"))
    found = both[f"cause_{cause.name}"].to_numpy()
    assert (found > 0).any()
    expected = cause.coefficient * both["units"].to_numpy()
    tolerance = 0.02 if cause.name in {"slow_reply", "price_rise"} else 1e-5  # the minutes between events, cents
    np.testing.assert_allclose(found, expected, atol=tolerance)
