"""A small run with a bit of everything that names customers; no model is trained for it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from lealtad.base.job import move_into_place
from lealtad.lake import Lake, start_draft
from lealtad.lake.loading import load
from lealtad.sources.source import Source, wrap_frame

START = datetime(2026, 1, 1, tzinfo=UTC)
LOADED = START + timedelta(days=90)
CUSTOMERS = [f"C{number:07d}" for number in range(12)]
# C0000001 was merged into C0000000, and C0000003 wrongly into C0000002
MERGED = {"alias": ["C0000001"], "customer_id": ["C0000000"], "valid_from": [START]}


def build_tables(customers=CUSTOMERS, night: int = 0) -> dict[str, pl.DataFrame]:
    """What the company's systems give out; with another night a little more."""
    moments = [START + timedelta(days=night + 3 * number) for number in range(len(customers))]
    return {
        "customers": pl.DataFrame(
            {
                "customer_id": customers,
                "segment": ["basic"] * len(customers),
                "attr_referred_by": [CUSTOMERS[0] if number == 5 else None for number in range(len(customers))],
            }
        ),
        "contacts": pl.DataFrame(
            {
                "customer_id": customers,
                "name": [f"Sofía Navarro {each}" for each in customers],
                "phone": [f"+34 600 {number:06d}" for number in range(len(customers))],
                "email": [f"{each.lower()}@example.com" for each in customers],
            }
        ),
        "orders": pl.DataFrame(
            {
                "order_id": [f"o{night}-{number}" for number in range(len(customers))],
                "customer_id": customers,
                "ordered_at": moments,
                "amount": [10.0 + number for number in range(len(customers))],
            }
        ),
        "surveys": pl.DataFrame(
            {
                "survey_id": [f"s{night}-{number}" for number in range(len(customers))],
                "customer_id": customers,
                "metric": ["nps"] * len(customers),
                "kind": ["relational"] * len(customers),
                "sent_at": moments,
                "answered_at": moments,
                "score": [9.0] * len(customers),
                "scale_min": [0.0] * len(customers),
                "scale_max": [10.0] * len(customers),
                "comment": [
                    f"My box number {number} came late" + (f"; ask {CUSTOMERS[0]}" if number == 6 else "")
                    for number in range(len(customers))
                ],
            }
        ),
        "identities": pl.DataFrame(MERGED),
    }


def load_tables(out: Path, tables: dict[str, pl.DataFrame], day: int = 0, **how) -> Lake:
    source = Source({name: wrap_frame(rows, name) for name, rows in tables.items()})
    return load(out / "lake", source, loaded_at=LOADED + timedelta(days=day), reject_limit=1.0, **how).lake


def build_run(out: Path, buckets: int = 4) -> Path:
    """A run: a lake in buckets with derived tables, two nights of files, a page of verbatims."""
    from dataclasses import replace

    out.mkdir(parents=True, exist_ok=True)
    (out / ".lock").touch()
    (out / "summary.json").write_text("{}")
    empty = Lake.open_or_new(out / "lake", 0)
    with start_draft(Lake(empty.root, replace(empty.manifest, buckets=buckets))):
        pass
    lake = load_tables(out, build_tables())
    tables = ("customers", "orders", "surveys")
    with start_draft(lake) as draft:
        rows = pl.DataFrame(
            {"customer_id": CUSTOMERS, "as_of": [LOADED] * len(CUSTOMERS), "orders_28d": [1.0] * 12}
        )
        notes = {name: str(draft.lake.versions[name]) for name in tables}
        draft.replace("features", rows, notes=notes)
        draft.replace("lists", rows.select("customer_id", "as_of", list_id=pl.lit("night")))
    write_night(out)
    write_night(out / "lists" / "2026-03-01")
    return out


def write_night(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "owners" / "retention").mkdir(parents=True)
    team = pl.DataFrame({"rank": range(1, 5), "customer_id": CUSTOMERS[:4]})
    cards = "".join(f"<article><h3>{each}</h3><p>call</p></article>" for each in CUSTOMERS[:4])
    quotes = "".join(f"<blockquote>My box number {n} came late <b>worst</b></blockquote>" for n in range(4))
    with move_into_place(folder / "worklist.csv", folder / "worklist.parquet", folder / "page.html") as paths:
        team.write_csv(paths[0])
        team.write_parquet(paths[1])
        paths[2].write_text(f"<html><body>{cards}</body></html>")
    team.write_excel(folder / "owners" / "retention" / "recommendations.xlsx")
    (folder / "listening.html").write_text(f"<html><body>{quotes}</body></html>")
    (folder / "journal.json").write_text(json.dumps({"seen": CUSTOMERS[:4], "n": 4}))


@pytest.fixture
def run(tmp_path) -> Path:
    return build_run(tmp_path / "run")
