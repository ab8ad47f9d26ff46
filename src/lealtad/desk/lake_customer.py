"""A customer's data from the lake: person, contact details, scores and all facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.masking import mask_personal_data
from lealtad.desk.timeline import READERS, Fact
from lealtad.lake import find_homes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.lake import Lake

_GROUPS = ("segment", "language", "country", "account_id")
_NIGHTS = 12


@dataclass(frozen=True)
class Score:
    """The probability of churn on a night, with its 95 % interval."""

    as_of: datetime
    probability: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class LakeCustomer:
    """A customer, without anything that would reveal whether a campaign holds them out.

    Attributes
    ----------
    person
        `name, phone, email, segment, language, country, account_id, consent`; null if unknown.
    scores
        Scores of the last nights, newest first.
    promoter
        Probability of recommending the company, and what it is based on; null if unknown.
    facts
        All facts, newest first.
    """

    customer_id: str
    person: dict[str, Any]
    scores: tuple[Score, ...]
    promoter: tuple[float, str] | None
    facts: tuple[Fact, ...]

    @property
    def last_answers(self) -> dict[str, str]:
        """The last answer to each kind of question."""
        answers = (fact for fact in self.facts if fact.kind == "survey" and fact.score)
        return {fact.title: fact.score for fact in reversed(list(answers))}


def find_customer_id(lake: Lake, given: str) -> str | None:
    """Return the current id of a customer; None if there is no such customer.

    An alias is resolved to its customer.
    """
    leads = dict(lake.identities.select("alias", "customer_id").iter_rows())
    current = given
    while current in leads:
        current = leads[current]
    bucket = _find_bucket(lake, current)
    ids = _list_ids(lake, current)
    people = lake.history("customers", bucket, columns=["customer_id"], where=pl.col("customer_id").is_in(ids))
    return None if people.is_empty() else current


def read_customer(lake: Lake, customer_id: str) -> LakeCustomer:
    """Read a customer found by `find_customer_id`, only from their bucket and only their rows."""
    bucket, ids = _find_bucket(lake, customer_id), _list_ids(lake, customer_id)

    def read(table: str) -> pl.DataFrame:
        if not lake.has(table):
            return pl.DataFrame()
        rows = lake.history(table, bucket, where=pl.col("customer_id").is_in(ids))
        return rows.filter(pl.col("superseded_at").is_null())

    person = {**_describe_person(read("customers")), **_read_contacts(read("contacts"), customer_id)}
    known = [*ids, *(person.get(name) for name in ("name", "phone", "email"))]
    facts = [_mask(fact, known) for table, reader in READERS.items() for fact in reader(read(table))]
    return LakeCustomer(
        customer_id,
        person,
        _read_scores(read("scores")),
        _read_promoter(read("promoters")),
        tuple(sorted(facts, key=lambda fact: (fact.at, fact.kind, fact.title), reverse=True)),
    )


def _mask(fact: Fact, known: Sequence[str | None]) -> Fact:
    """Mask personal data in a customer's texts: they may name other people."""
    return replace(fact, text=mask_personal_data(fact.text, known=known)) if fact.text else fact


def _find_bucket(lake: Lake, customer_id: str) -> int:
    return int(lake.bucket_of(pl.Series([customer_id], dtype=pl.String))[0])


def _list_ids(lake: Lake, customer_id: str) -> list[str]:
    """Return every id that the customer ever had."""
    homes = find_homes(lake.identity_history)
    own = homes.filter(pl.col("id") == customer_id)["home"]
    if own.is_empty():
        return [customer_id]
    return sorted({customer_id, *homes.filter(pl.col("home") == own[0])["id"]})


def _describe_person(versions: pl.DataFrame) -> dict[str, Any]:
    """Return the last stated value of each attribute, and of the consent."""
    if versions.is_empty():
        return {}
    ordered = versions.sort("valid_from", nulls_last=False) if "valid_from" in versions.columns else versions
    names = [name for name in (*_GROUPS, "consent_contact", "became_customer_at") if name in ordered.columns]
    row = ordered.select(pl.col(name).drop_nulls().last() for name in names).row(0, named=True)
    return {**row, "consent": row.get("consent_contact")}


def _read_contacts(rows: pl.DataFrame, customer_id: str) -> dict[str, Any]:
    names = [name for name in ("name", "phone", "email") if name in rows.columns]
    own = rows.with_columns((pl.col("customer_id") == customer_id).alias("_own")) if names else pl.DataFrame()
    if own.is_empty():
        return {}
    return own.sort("_own", descending=True).select(pl.col(names).drop_nulls().first()).row(0, named=True)


def _read_scores(rows: pl.DataFrame) -> tuple[Score, ...]:
    if rows.is_empty():
        return ()
    nights = rows.drop_nulls("probability").sort("as_of", descending=True).unique("as_of", maintain_order=True)
    return tuple(
        Score(*row) for row in nights.select("as_of", "probability", "low", "high").head(_NIGHTS).iter_rows()
    )


def _read_promoter(rows: pl.DataFrame) -> tuple[float, str] | None:
    newest = rows.sort("as_of").drop_nulls("promoter_probability").tail(1) if not rows.is_empty() else rows
    return None if newest.is_empty() else (newest["promoter_probability"][0], newest["promoter_basis"][0])
