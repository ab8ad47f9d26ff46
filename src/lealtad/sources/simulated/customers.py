"""The customers, version by version, with their referrals, and the aliases that turned out to be customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.sources.simulated.arrays import AnyArray, Facts, Ints, filter_facts, find_positions, join_facts
from lealtad.sources.simulated.population import COUNTRIES, LANGUAGES, PLANS, SOURCES, Population
from lealtad.sources.simulated.rows import (
    format_alias_ids,
    format_customer_ids,
    format_ids,
    to_instants,
    to_labels,
)
from lealtad.sources.simulated.weeks import NEVER

if TYPE_CHECKING:
    from lealtad.sources.simulated.weeks import Weeks

_PROSPECT_SEGMENT = len(PLANS)
_SHARES_ACCOUNT_EVERY = 9


def build_customers(population: Population, began_at: Ints, weeks: Weeks) -> pl.DataFrame:
    """Build one row per customer and version: met, became a customer, withdrew consent.

    An alias has a single version, from its first day. Prospects whom the company has not met have none.
    """
    who = find_positions(population.met_at < weeks.end)
    met, nothing = population.met_at[who], np.full(who.size, NEVER)
    plan = population.plan[who]
    since = began_at[who]
    prospect, no = np.full(who.size, _PROSPECT_SEGMENT), np.zeros(who.size, np.bool_)
    withdrawn = np.maximum(population.withdraws_at[who], met + 1)
    bought = since <= withdrawn
    still = population.consent[who] & (population.withdraws_at[who] > since)
    own = [
        _build_versions(who, met, nothing, prospect, population.consent[who]),
        _build_versions(who, since, since, plan, still),
        _build_versions(who, withdrawn, np.where(bought, since, NEVER), np.where(bought, plan, prospect), no),
    ]
    aliases = filter_facts(_build_versions(who, met, nothing, prospect, no), population.alias_until[who] > 0)
    versions = join_facts(
        [
            *({**part, "alias": np.zeros(part["who"].size, np.bool_)} for part in own),
            {**aliases, "alias": np.ones(aliases["who"].size, np.bool_)},
        ]
    )
    versions = filter_facts(versions, versions["at"] < weeks.end)
    order = np.lexsort((versions["at"], versions["who"], versions["alias"]))
    return _build_frame({name: column[order] for name, column in versions.items()}, population)


def build_identities(population: Population) -> pl.DataFrame:
    """Build one row per alias: the customer that it is, and since when the company knows."""
    who = find_positions(population.alias_until > 0)
    return pl.DataFrame(
        {
            "alias": format_alias_ids(population, who),
            "customer_id": format_customer_ids(population, who),
            "valid_from": to_instants(population.alias_until[who]),
        }
    )


def add_referrals(rng: np.random.Generator, customers: pl.DataFrame) -> pl.DataFrame:
    """Add `referred_by`: for customers who came by referral, an earlier customer; else null."""
    people = list_people(customers).sort("first_contact_at", "customer_id")
    earlier: Ints = np.floor(rng.random(people.height) * np.arange(people.height)).astype(np.int64)
    by = people["customer_id"].gather(earlier)
    has_referrer = (people["attr_source"] == "referral") & (by != people["customer_id"])
    referred = people.select("customer_id", referred_by=pl.select(pl.when(has_referrer).then(by)).to_series())
    return customers.join(referred, on="customer_id", how="left", maintain_order="left")


def list_people(customers: pl.DataFrame) -> pl.DataFrame:
    """Return each customer once, without aliases."""
    own = customers.filter(pl.col("customer_id").str.starts_with("C"))
    return own.unique("customer_id", keep="first", maintain_order=True)


def _build_versions(who: Ints, at: Ints, since: Ints, segment: Ints, consent: AnyArray) -> Facts:
    return {"who": who, "at": at, "since": since, "segment": segment, "consent": consent}


def _build_frame(versions: Facts, population: Population) -> pl.DataFrame:
    who, alias = versions["who"], pl.Series(versions["alias"])
    number = population.first + who
    return pl.DataFrame(
        {
            "customer_id": format_alias_ids(population, who).zip_with(alias, format_customer_ids(population, who)),
            "account_id": format_ids("H", number - (number % _SHARES_ACCOUNT_EVERY == 1)),
            "segment": to_labels((*PLANS, "prospect"), versions["segment"]),
            "first_contact_at": to_instants(population.met_at[who]),
            "became_customer_at": to_instants(versions["since"]),
            "country": to_labels(COUNTRIES, population.country[who]),
            "language": to_labels(LANGUAGES, population.language[who]),
            "consent_contact": pl.Series(versions["consent"]),
            "valid_from": to_instants(versions["at"]),
            "attr_source": to_labels(SOURCES, population.source[who]),
            "attr_payment": to_labels(("transfer", "card"), population.pays_by_card[who]),
        }
    )
