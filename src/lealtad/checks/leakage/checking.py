"""The leak check of a lake: recompute, compare, rank, judge."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.language import format_count
from lealtad.checks.leakage.bands import compute_outcome_bands
from lealtad.checks.leakage.echo import compute_echo
from lealtad.checks.leakage.findings import LeakCheck, LeakReport
from lealtad.checks.leakage.invariance import check_invariances
from lealtad.checks.leakage.sample import sample_customers
from lealtad.checks.leakage.silence import compute_silence
from lealtad.checks.leakage.suspicion import HINDSIGHT_LIMITS, NAME, SAYS, VERSIONED_LIMITS, find_suspicions
from lealtad.checks.leakage.versions import check_versions, find_unversioned, map_attributes, read_changes
from lealtad.checks.leakage.word_fit import check_words
from lealtad.examples.features import build_catalog, compute_features, trace_provenance
from lealtad.examples.features.storage.provenance import check_features
from lealtad.examples.features.storage.reading import add_words
from lealtad.examples.features.streams.stream import WORD_AXES
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lealtad.checks.leakage.suspicion import EchoLimit
    from lealtad.company.model_definition import ModelDefinition
    from lealtad.examples.features import CompanyProfile, Feature
    from lealtad.lake import Lake
    from lealtad.lake.future import Tables

CUSTOMERS = 400  # recomputed
_LATER = datetime(2200, 1, 1, tzinfo=UTC)
RANKED_CUSTOMERS, ECHO_DATES = 20_000, 10


def check_leaks(
    lake: Lake, definition: ModelDefinition, company: CompanyProfile, say: Callable[[str], None] = lambda _: None
) -> LeakReport:
    """Check that no feature of a lake knows more than was known at its date.

    Parameters
    ----------
    lake
        With a feature table.
    definition
        States the dates a model learns from, and the outcome.
    company
        The company's promises, hours, vocabulary and own features.
    say
        Called with a line of text before each long step.

    Returns
    -------
    The checks, the findings with their fixes, and the strength of every feature. Nothing is written.

    Raises
    ------
    LakeError
        If the feature table is missing, or was computed from other tables or by another catalog.
    SettingsError
        If a feature of the company's own fails.

    Notes
    -----
    The same lake, catalog and definition give the same report. It recomputes 400 customers at three dates: the
    oldest, the middle and the newest with a known outcome. It ranks 20,000
    active customers at ten dates, in whole buckets.
    """
    made_of = trace_provenance(lake, company)
    dates = definition.as_of_dates(lake)[:-1]
    check_features(lake, dates, company)
    company = add_words(lake, company)
    catalog = build_catalog(company)
    tables = sample_customers(lake, CUSTOMERS)
    people = pl.concat([rows["customer_id"] for name, rows in tables.items() if name != "identities"]).n_unique()
    recomputed = _choose_dates(dates, 3)
    say(f"recompute {people:,} customers at {format_count(len(recomputed), 'date')}, each in several ways")
    checks, findings = check_invariances(
        tables, recomputed, lambda rows, date: compute_in_hindsight(rows, date, catalog, company)
    )
    ranked = _choose_dates(dates, ECHO_DATES)
    features, bands, silence = _read_with_outcomes(lake, definition, ranked)
    say(f"rank {features.width - 2:,} features against the outcome at {format_count(len(ranked), 'date')}")
    echo = compute_echo(features, bands, silence)
    changed = read_changes(lake, map_attributes(catalog))
    versioned, unlikely = check_versions(changed, _find_churned_at(bands))
    suspected = find_suspicions(
        echo, _compute_churn_share(bands), _find_attribute_limits(catalog, changed, company)
    )
    axes = lake.notes(WORD_AXES) if lake.has(WORD_AXES) else None
    split = definition.timeline(find_end_of_data(lake)).split(definition.train_dates, definition.dates.test)
    fitted, misfit = check_words(axes, split.test[0], catalog)
    return LeakReport(
        commit=lake.number,
        made_of=made_of,
        as_of=_format_days(recomputed),
        echo_as_of=_format_days(ranked),
        customers=people,
        features=features.width - 2,
        checks=(*checks, LeakCheck(NAME, SAYS, echo.height, bands.height), versioned, fitted),
        findings=(*findings, *suspected, *unlikely, *misfit),
        echo=echo,
    )


def compute_in_hindsight(
    rows: Tables, date: datetime, catalog: Sequence[Feature], company: CompanyProfile | None = None
) -> pl.DataFrame:
    """Compute the features of a date together with a later date by which everything is known, as the table does.

    If a date is computed alone, later rows are not even read, and a leak could not show.
    """
    return compute_features(rows, [date, _LATER], catalog, company).filter(pl.col("as_of") == date)


def _read_with_outcomes(
    lake: Lake, definition: ModelDefinition, as_of: Sequence[datetime]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Read features, outcomes and silence, bucket by bucket until there are enough customers."""
    end, parts, people = find_end_of_data(lake), [], 0
    names = [table.name for table in TABLES if table.event_time and lake.has(table.name)]
    for bucket in lake.buckets:
        tables = {name: lake.read(name, bucket) for name in names}
        bands = compute_outcome_bands(tables, definition.label, as_of, end)
        features = lake.read("features", bucket, where=pl.col("as_of").is_in(as_of))
        parts.append((features, bands, compute_silence(tables, bands["customer_id"], as_of)))
        people += bands["customer_id"].n_unique()
        if people >= RANKED_CUSTOMERS:
            break
    features, bands, silence = (pl.concat(each) for each in zip(*parts, strict=True))
    return features, bands, silence


def _find_attribute_limits(
    catalog: Sequence[Feature], changed: pl.DataFrame, company: CompanyProfile
) -> dict[str, tuple[EchoLimit, ...]]:
    """Return the limits of attributes by column; attributes that the company vouches for have no extra limits."""
    still = find_unversioned(catalog, changed)
    return {
        column: HINDSIGHT_LIMITS if column in still else VERSIONED_LIMITS
        for name, columns in map_attributes(catalog).items()
        if name not in company.known_in_time
        for column in columns
    }


def _find_churned_at(bands: pl.DataFrame) -> pl.DataFrame:
    """Return the churned customers with the first date after which they churned."""
    gone = bands.filter(pl.col("left_0").fill_null(value=False))
    return gone.group_by("customer_id").agg(left_at=pl.col("as_of").min())


def _compute_churn_share(bands: pl.DataFrame) -> float:
    outcomes = bands["left_0"].drop_nulls()
    return int(outcomes.sum()) / max(outcomes.len(), 1)


def _choose_dates(dates: Sequence[datetime], count: int) -> list[datetime]:
    """Choose that many dates, evenly, the oldest and the newest among them."""
    if len(dates) <= count:
        return list(dates)
    return [dates[round(place * (len(dates) - 1) / (count - 1))] for place in range(count)]


def _format_days(dates: Sequence[datetime]) -> tuple[str, ...]:
    return tuple(f"{date:%Y-%m-%d}" for date in dates)
