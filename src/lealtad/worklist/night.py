"""What a list is made of: the living customers of a night, what is known of them, and the list before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.kpis import tickets
from lealtad.kpis.grouping import select_attributes
from lealtad.sources.contract.outcomes import REFUSES_CONTACT, express_outcome, is_contact
from lealtad.worklist.arms import read_arms
from lealtad.worklist.listed import read_last_list
from lealtad.worklist.value import NO_VALUES, compute_days_staying, compute_value_at_stake

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.company.playbook import Playbook
    from lealtad.lake import Lake

_GROUPS = ("segment", "language", "country", "consent_contact")
_REOPENED_DAYS = 7
_DAY_SECONDS = 86_400
_READ = ("days_since_company_contact", "tenure_days")
_WORTH = ("subscriptions", "orders")
NO_CONTACTS = pl.DataFrame(schema={"customer_id": pl.String, "action": pl.String, "contacted_at": INSTANT})


@dataclass(frozen=True)
class Night:
    """The state of a company at a moment, as a list needs it.

    Attributes
    ----------
    as_of
        The moment; nothing known later is in it.
    candidates
        One row per living customer, scored or not, by id: the scores, `compute_value_at_stake` (null where unknown),
        `segment, language, country, consent_contact`, `campaign_contact_at, last_contact_at, open_complaint`,
        `promoter_probability, promoter_basis`, and the features that were asked for.
    contacts
        `customer_id, action, contacted_at` of earlier campaigns.
    previous
        The rows of the last list before, the holdout among them; none if there is none.
    arms
        `customer_id, arm, awaited` of the customers whose arm is not drawn anew, as `arms.lasting_arms` returns
        them. None: those of the last list, whose outcome is still awaited.
    """

    as_of: datetime
    candidates: pl.DataFrame
    contacts: pl.DataFrame
    previous: pl.DataFrame
    arms: pl.DataFrame | None = None

    @property
    def lasting_arms(self) -> pl.DataFrame:
        """The arms that the list of this night keeps."""
        if self.arms is not None:
            return self.arms
        return self.previous.select("customer_id", "arm", awaited=pl.lit(value=True)).sort("customer_id")


def gather_night(  # noqa: PLR0913, PLR0917 - what a night is made of
    lake: Lake,
    definition: ModelDefinition,
    scores: pl.DataFrame,
    promoters: pl.DataFrame,
    playbook: Playbook,
    columns: Collection[str] = (),
) -> Night:
    """Gather what a list of the night of these scores is made of.

    Parameters
    ----------
    scores
        Of one night, as `scoring.read_scores` returns them.
    promoters
        `customer_id, promoter_probability, promoter_basis` of the night; customers may be absent.
    columns
        Features that the effect of a contact hangs on.
    """
    as_of = scores["as_of"][0]
    scored = scores["probability"].drop_nulls().to_numpy()
    base = float(scored.mean()) if len(scored) else 0.0
    staying = compute_days_staying(base, definition.label.horizon_days, definition.value.decision_days)
    parts = [_read_bucket(lake, bucket, as_of, definition, playbook, staying, columns) for bucket in lake.buckets]
    known = pl.concat([part for part, _ in parts], how="diagonal")
    candidates = (
        scores.sort("customer_id")
        .join(promoters, on="customer_id", how="left", maintain_order="left")
        .join(known, on="customer_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("promoter_basis").fill_null("unknown"), pl.col("open_complaint").fill_null(value=False)
        )
    )
    contacts = pl.concat([NO_CONTACTS, *(part for _, part in parts)])
    awaited = definition.label.lead_days + definition.label.horizon_days
    arms = read_arms(lake, playbook.campaign_id(as_of), as_of, awaited)
    return Night(as_of, candidates, contacts, read_last_list(lake, as_of), arms)


def _read_bucket(  # noqa: PLR0913, PLR0917 - see night_of
    lake: Lake,
    bucket: int,
    as_of: datetime,
    definition: ModelDefinition,
    playbook: Playbook,
    staying: float,
    columns: Collection[str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    worth = {name: lake.read(name, bucket, as_of=as_of) for name in _WORTH if lake.has(name)}
    values = compute_value_at_stake(worth, as_of, definition.value, staying) if worth else NO_VALUES
    contacts = _read_contacts(lake, bucket, as_of)
    by_campaign = contacts.group_by("customer_id").agg(campaign_contact_at=pl.col("contacted_at").max())
    rows = lake.read(
        "features",
        bucket,
        columns=["customer_id", *sorted({*_READ, *columns} & lake.columns("features"))],
        where=pl.col("as_of") == as_of,
    )
    absent = [pl.lit(None, pl.Float64).alias(name) for name in _READ if name not in rows.columns]
    company = pl.lit(as_of).cast(INSTANT) - pl.duration(
        seconds=(pl.col("days_since_company_contact") * _DAY_SECONDS).round().cast(pl.Int64)
    )
    described = (
        rows.with_columns(absent)
        .with_columns(company.alias("last_contact_at"))
        .join(_read_groups(lake, bucket, as_of), on="customer_id", how="full", coalesce=True)
        .join(values, on="customer_id", how="left")
        .join(by_campaign, on="customer_id", how="left")
        .join(_read_complaints(lake, bucket, as_of, playbook), on="customer_id", how="left")
        .with_columns(pl.max_horizontal("last_contact_at", "campaign_contact_at").alias("last_contact_at"))
    )
    return described, contacts


def _read_groups(lake: Lake, bucket: int, as_of: datetime) -> pl.DataFrame:
    people = select_attributes(lake.read("customers", bucket, as_of=as_of), as_of)
    absent = [
        pl.lit(None, pl.Boolean if name == "consent_contact" else pl.String).alias(name)
        for name in _GROUPS
        if name not in people.columns
    ]
    told = people.with_columns(absent).join(_read_refusals(lake, bucket, as_of), on="customer_id", how="left")
    valid_from = pl.col("valid_from") if "valid_from" in told.columns else pl.lit(None, INSTANT)
    # a version of the customer that is younger than the refusal says it anew
    refuses = pl.col("refused_at").is_not_null() & ~(valid_from > pl.col("refused_at")).fill_null(value=False)
    consent = pl.when(refuses).then(pl.lit(value=False)).otherwise("consent_contact").alias("consent_contact")
    return told.with_columns(consent).select("customer_id", *_GROUPS)


def _read_refusals(lake: Lake, bucket: int, as_of: datetime) -> pl.DataFrame:
    """Return who told a campaign not to contact them again: `customer_id, refused_at`, the last time."""
    nobody = pl.DataFrame(schema={"customer_id": pl.String, "refused_at": INSTANT})
    if not lake.has("interventions") or "outcome" not in lake.columns("interventions"):
        return nobody
    rows = lake.read("interventions", bucket, as_of=as_of)
    told_at = pl.coalesce([name for name in ("contacted_at", "assigned_at") if name in rows.columns])
    refused = rows.filter(express_outcome(rows.columns) == REFUSES_CONTACT, told_at < as_of)
    return refused.group_by("customer_id").agg(told_at.max().alias("refused_at"))


def _read_contacts(lake: Lake, bucket: int, as_of: datetime) -> pl.DataFrame:
    """Return the contacts that campaigns made before the night; what was assigned and not made yet is none."""
    if not lake.has("interventions") or "contacted_at" not in lake.columns("interventions"):
        return NO_CONTACTS
    made = lake.read(
        "interventions",
        bucket,
        columns=["customer_id", "action", "contacted_at", "outcome"],
        where=pl.col("contacted_at") < as_of,
        as_of=as_of,
    )
    made = made.filter(is_contact(made.columns))
    action = pl.col("action") if "action" in made.columns else pl.lit(None, pl.String)
    return made.select("customer_id", action.alias("action"), "contacted_at")


def _read_complaints(lake: Lake, bucket: int, as_of: datetime, playbook: Playbook) -> pl.DataFrame:
    """Return who has an open ticket of a priority that comes first, or one just reopened."""
    nobody = pl.DataFrame(schema={"customer_id": pl.String, "open_complaint": pl.Boolean})
    events = lake.read("ticket_events", bucket, as_of=as_of) if lake.has("ticket_events") else pl.DataFrame()
    if events.is_empty():
        return nobody
    # what became of a ticket may be known before it is known that there was one
    created = events.filter(pl.col("event") == "created").select("ticket_id").unique()
    now = tickets(events.join(created, on="ticket_id", how="semi"), as_of=as_of).filter("is_open")
    pressing = (
        pl.col("priority").is_in(list(playbook.complaint_priorities))
        if "priority" in now.columns
        else pl.lit(value=False)
    )
    reopened = pl.col("is_reopened") & (pl.col("last_solved_at") >= as_of - timedelta(days=_REOPENED_DAYS))
    heard = now.filter(pressing | reopened.fill_null(value=False))
    return heard.select("customer_id", open_complaint=pl.lit(value=True)).unique()
