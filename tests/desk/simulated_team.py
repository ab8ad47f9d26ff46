"""Six months of a light company whose team works at the desk: known effect, known errors, weekly lists.

Customers leave by weekly hazards that a true contact lowers for four weeks. The same draws are used with and
without contacts, so that the customers truly saved are counted, not estimated. The team overrides, reaches, logs
wrongly and contacts beyond the list at known rates. The next list leaves out
customers who cool off, as the lake has it.
"""

import os
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.worklist.holdout import assign_holdout
from tests.desk import company
from tests.desk.desks import build_night, pass_time

HALF_A_YEAR, HORIZON_WEEKS = 26, 4
WEEKS = int(os.environ.get("LEALTAD_LOOP_WEEKS", "3"))
CUSTOMERS, LISTED = 1200, 16
EFFECT, VALUE, COST = 0.5, 100.0, 4.0
HOLDOUT, OVERRIDES, REACHED, WRONG, BEYOND = 0.25, 0.08, 0.85, 0.05, 0.10
CAMPAIGN = "retention-loop"


@dataclass
class World:
    """Whom the draws make leave when, and who was truly contacted when; weeks from 0, -1 is never."""

    hazards: np.ndarray
    luck: np.ndarray
    contacted: list = field(default_factory=list)

    @classmethod
    def draw(cls, seed):
        rng = np.random.default_rng(seed)
        monthly = rng.beta(1.2, 7.0, CUSTOMERS)
        return cls(1 - (1 - monthly) ** (1 / HORIZON_WEEKS), rng.random((CUSTOMERS, WEEKS + HORIZON_WEEKS)))

    def find_ends(self):
        """Return the week in which each customer leaves, given the contacts so far; the last week + 1: never."""
        factor = np.ones_like(self.luck)
        for customer, week in self.contacted:
            factor[customer, week : week + HORIZON_WEEKS] = 1 - EFFECT
        leaves = self.luck < self.hazards[:, None] * factor
        return np.where(leaves.any(axis=1), leaves.argmax(axis=1), self.luck.shape[1] + 1)


@dataclass(frozen=True)
class Season:
    """What came of the weeks: rows of lists, outcomes, truth, and the profit of the team's work.

    `outcomes` has who was contacted as the lake has it, `planted` as it was.
    """

    listed: pl.DataFrame
    outcomes: pl.DataFrame
    unmet: pl.DataFrame
    planted: pl.DataFrame
    profit: float
    acts: int
    lake: object


def name(customer):
    return f"n{customer:04d}"


def play(seed, browser, out, *, errors=True):
    """Play the season through the desk's own pages; without errors everything is logged as it was."""
    from lealtad.desk import feedback
    from lealtad.lake import Lake

    world = World.draw(seed)
    everybody = [name(customer) for customer in range(CUSTOMERS)]
    company.build_lake(out / "lake", more=tuple(everybody))
    (out / "desk").mkdir(exist_ok=True)
    held_out = assign_holdout(pl.Series(everybody), CAMPAIGN, HOLDOUT, b"key").to_numpy()
    rows, acts = [], 0
    for week in range(WEEKS):
        lake = Lake.open(out / "lake")
        chosen = choose(world, lake, week)
        rows += [describe(world, customer, week, held_out[customer]) for customer in chosen]
        acts += work(browser, world, week, [c for c in chosen if not held_out[c]], errors=errors)
        acts += wander(browser, world, week, [c for c in chosen if held_out[c]])
        pass_time(days=7)
        feedback.take_events(out)
    lake, listed = Lake.open(out / "lake"), pl.DataFrame(rows)
    met, unmet = world.find_ends(), World(world.hazards, world.luck).find_ends()
    # a contact delays: what it brings are the weeks that customers stay longer, up to the end
    weeks = np.sum(np.minimum(met, WEEKS + HORIZON_WEEKS) - np.minimum(unmet, WEEKS + HORIZON_WEEKS))
    profit = VALUE / HORIZON_WEEKS * float(weeks) - COST * len(world.contacted)
    outcomes = observe(listed, met, lake)
    planted = outcomes.with_columns(treated=mark_contacted(outcomes, world.contacted))
    return Season(listed, outcomes, observe(listed, unmet, lake), planted, profit, acts, lake)


def choose(world, lake, week):
    """Return who would gain most this week: active, and not known to be contacted in the last four weeks."""
    contacts = lake.read("interventions")
    since = company.AS_OF + timedelta(days=7 * (week - HORIZON_WEEKS))
    resting = set()
    if "contacted_at" in contacts.columns:
        reached = ~pl.col("outcome").is_in(["not_reached", "wrong_number"])
        resting = set(contacts.filter(pl.col("contacted_at") >= since, reached)["customer_id"])
    active = world.find_ends() >= week
    order = np.argsort(-world.hazards, kind="stable")
    return [int(c) for c in order if active[c] and name(c) not in resting][: round(LISTED / (1 - HOLDOUT))]


def describe(world, customer, week, is_held_out):
    probability = 1 - (1 - world.hazards[customer]) ** HORIZON_WEEKS
    saved = probability * EFFECT * REACHED
    return {
        "list_id": f"loop-{week}",
        "as_of": company.AS_OF + timedelta(days=7 * week),
        "campaign_id": CAMPAIGN,
        "customer_id": name(customer),
        "arm": "holdout" if is_held_out else "treated",
        "probability": probability,
        "low": probability,
        "high": probability,
        "value_at_stake": VALUE,
        "saved": saved,
        "saved_low": saved,
        "saved_high": saved,
        "expected_gain": saved * VALUE - COST,
    }


def work(browser, world, week, customers, *, errors):
    """The team claims the list's customers one after the other, and says what came of it."""
    from lealtad.desk.delivery import deliver_night

    cards = [company.build_row(name(c), rank, owner="retention") for rank, c in enumerate(customers, 1)]
    night = build_night(list_id=f"loop-{week}", days=7 * week, rows=cards, campaign_id=CAMPAIGN)
    deliver_night(night)
    acts = 0
    while True:
        page = browser.post("/list/next/")
        if "/customer/" not in page["Location"]:
            return acts
        customer = page["Location"].partition("id=")[2]
        # drawn for the customer and the week, so that another log does not change the team's luck
        overrides, reaches, slips = np.random.default_rng([int(customer[1:]), week]).random(3)
        form = {"id": customer, "kind": "outcome"}
        if overrides < OVERRIDES:
            form |= {"kind": "override", "code": "know_customer", "words": "moved house"}
        else:
            is_reached = reaches < REACHED
            if is_reached:
                world.contacted.append((int(customer[1:]), week))
            says_reached = is_reached != (errors and slips < WRONG)
            form["outcome"] = "accepted" if says_reached else "not_reached"
        answer = browser.post("/customer/act/", form)
        assert answer.status_code == 302, answer.content
        acts += 1


def wander(browser, world, week, customers):
    """Now and then the team contacts a customer of its own choice; some of these are held out."""
    acts = 0
    for customer in customers:
        if np.random.default_rng([customer, week, 1]).random() < BEYOND:
            world.contacted.append((customer, week))
            form = {"id": name(customer), "kind": "outcome", "outcome": "accepted"}
            assert browser.post("/customer/act/", form).status_code == 302
            acts += 1
    return acts


def find_weeks(rows):
    return ((rows["as_of"] - company.AS_OF).dt.total_days() // 7).to_numpy()


def mark_contacted(rows, contacts):
    """Return whether each row's customer was truly contacted within four weeks."""
    moments = {}
    for customer, week in contacts:
        moments.setdefault(name(customer), []).append(week)
    pairs = zip(rows["customer_id"], find_weeks(rows), strict=True)
    return pl.Series([any(0 <= week - w < HORIZON_WEEKS for week in moments.get(c, [])) for c, w in pairs])


def observe(listed, ends, lake):
    """Return whether each listed customer had left four weeks later, and whether anybody contacted them."""
    from lealtad.examples.outcomes.treatment import is_contacted_within

    weeks = find_weeks(listed)
    numbers = listed["customer_id"].str.slice(1).cast(pl.Int64).to_numpy()
    observed = (ends[numbers] >= weeks) & (ends[numbers] < weeks + HORIZON_WEEKS)
    rows = listed.select("customer_id", pl.col("as_of").cast(INSTANT)).with_columns(observed=pl.Series(observed))
    return rows.with_columns(treated=is_contacted_within(rows, lake.read("interventions"), 28))
