"""The customers of a block: what is fixed about each one before anything happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.draws import draw_categories
from lealtad.sources.simulated.support_desks import UTC_OFFSET_HOURS
from lealtad.sources.simulated.weeks import DAY, NEVER, WEEK, Weeks

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Flags, Floats, Ints
    from lealtad.sources.simulated.scenario import Scenario, World

COUNTRIES = ("ES", "PT", "MX", "CO", "US")
_COUNTRY_WEIGHTS = (40.0, 6.0, 36.0, 12.0, 6.0)
_DESK_OF_COUNTRY = np.array([0, 0, 1, 1, 1])
LANGUAGES = ("es", "en")
PLANS = ("basic", "family", "premium")
_PLAN_WEIGHTS = (50.0, 35.0, 15.0)
SOURCES = ("search", "referral", "store", "social", "partner")
_SOURCE_WEIGHTS = (40.0, 18.0, 17.0, 17.0, 8.0)
CHANNELS = ("web", "app", "email", "phone", "store", "social")
_CHANNEL_TASTE = (3.0, 3.0, 1.2, 0.8, 1.0, 0.8)
_QUARTER, _YEAR = 13, 52
_ALREADY_CUSTOMERS, _QUARTERLY = 0.55, 0.4
_CONSENTS, _WITHDRAWS, _SPEAKS_ENGLISH, _PAYS_BY_CARD = 0.82, 0.05, 0.08, 0.6


@dataclass(frozen=True)
class Population:
    """One block of customers; every array has one entry per customer.

    Attributes
    ----------
    first
        The number of the block's first customer in the whole company.
    met_at, began_at
        The first contact, and the first subscription if it began before the first week (else `NEVER`).
    frailty, attitude
        What no table shows: the inclination to churn, and to like the company.
    response
        The difference from the usual effect of a retention contact, in log odds.
    channels
        The cumulative taste for each of `CHANNELS`.
    alias_until
        The time until which orders and touchpoints have another id (0 for most customers).
    pressed
        Whether the scenario presses its causes on this customer.
    """

    block: int
    first: int
    country: Ints
    language: Ints
    source: Ints
    plan: Ints
    price: Floats
    term_weeks: Ints
    met_at: Ints
    began_at: Ints
    consent: Flags
    withdraws_at: Ints
    pays_by_card: Flags
    frailty: Floats
    attitude: Floats
    response: Floats
    activity: Floats
    shopping: Floats
    trouble: Floats
    eagerness: Floats
    channels: Floats
    alias_until: Ints
    pressed: Flags

    @property
    def size(self) -> int:
        """The number of customers in the block."""
        return self.country.size

    @property
    def desk(self) -> Ints:
        """The support desk of each customer."""
        return _DESK_OF_COUNTRY[self.country]

    @property
    def utc_offset(self) -> Floats:
        """The approximate offset of each customer from UTC, in hours."""
        return UTC_OFFSET_HOURS[self.desk]


def draw_population(rng: np.random.Generator, world: World, block: int, first: int, size: int) -> Population:
    """Draw one block of customers."""
    scenario, weeks = world.scenario, world.weeks
    country = draw_categories(rng, _COUNTRY_WEIGHTS, size)
    plan = draw_categories(rng, _PLAN_WEIGHTS, size)
    pressed = (rng.random(size) < scenario.pressed_share) & bool(scenario.pressed)
    frailty = rng.normal(0.0, 0.6, size)
    met_at, began_at = _draw_histories(rng, weeks, size)
    consent = rng.random(size) < _CONSENTS
    withdraws = consent & (rng.random(size) < _WITHDRAWS)
    span = weeks.end - weeks.start
    return Population(
        block=block,
        first=first,
        country=country,
        language=np.where(country >= COUNTRIES.index("US"), 1, (rng.random(size) < _SPEAKS_ENGLISH)).astype(
            np.int64
        ),
        source=draw_categories(rng, _SOURCE_WEIGHTS, size),
        plan=plan,
        price=np.round(np.array(scenario.economy.plan_prices)[plan] * np.exp(rng.normal(0.0, 0.12, size)), 2),
        term_weeks=_draw_terms(rng, scenario, pressed),
        met_at=met_at,
        began_at=began_at,
        consent=consent,
        withdraws_at=np.where(withdraws, weeks.start + rng.integers(0, span, size), NEVER),
        pays_by_card=rng.random(size) < _PAYS_BY_CARD,
        frailty=frailty,
        attitude=0.25 - 0.6 * frailty + rng.normal(0.0, 0.75, size),
        response=rng.normal(0.0, 0.3, size),
        activity=rng.gamma(1.6, 1.0 / 1.6, size),
        shopping=rng.gamma(1.5, 1.0 / 1.5, size),
        trouble=rng.gamma(1.5, 1.0 / 1.5, size),
        eagerness=rng.beta(1.5, 20.0, size),
        channels=_draw_channel_tastes(rng, scenario, pressed),
        alias_until=_draw_recognition_times(rng, scenario, met_at, weeks),
        pressed=pressed,
    )


def _draw_histories(rng: np.random.Generator, weeks: Weeks, size: int) -> tuple[Ints, Ints]:
    already = rng.random(size) < _ALREADY_CUSTOMERS
    tenure = (rng.exponential(500.0, size) * DAY).astype(np.int64) + WEEK
    courtship = (rng.exponential(30.0, size) * DAY).astype(np.int64)
    # prospects of the last weeks before the start are still comparing when the company's tables begin
    arrives = weeks.start + rng.integers(-6 * WEEK, weeks.end - weeks.start, size)
    began = weeks.start - tenure
    return np.where(already, began - courtship, arrives), np.where(already, began, NEVER)


def _draw_terms(rng: np.random.Generator, scenario: Scenario, pressed: Flags) -> Ints:
    quarterly = rng.random(pressed.size) < _QUARTERLY
    return np.where(quarterly | (pressed & ("term_ends" in scenario.pressed)), _QUARTER, _YEAR)


def _draw_channel_tastes(rng: np.random.Generator, scenario: Scenario, pressed: Flags) -> Floats:
    taste = rng.gamma(np.array(_CHANNEL_TASTE) / 2.0, size=(pressed.size, len(CHANNELS))) + 1e-9
    favourite = taste == taste.max(axis=1, keepdims=True)
    alone = pressed & ("few_channels" in scenario.pressed)
    taste = np.where(alone[:, None], favourite, taste)
    cumulative: Floats = np.cumsum(taste, axis=1) / taste.sum(axis=1, keepdims=True)
    return cumulative


def _draw_recognition_times(rng: np.random.Generator, scenario: Scenario, met_at: Ints, weeks: Weeks) -> Ints:
    aliased = rng.random(met_at.size) < scenario.alias_share
    until = np.maximum(met_at, weeks.start) + rng.integers(0, weeks.end - weeks.start, met_at.size)
    return np.where(aliased & (until < weeks.end), until, 0)
