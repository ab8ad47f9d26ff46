"""Any valid row, changed within the contract: the night ends well and no figure of another group moves.

Changes that concern the same segments share a night, and a fault of any of them shows there. The rows of such a
night are then tried one by one. `LEALTAD_MUTATIONS=2000 pytest tests/nightly/test_any_row.py` tries that many,
`LEALTAD_TOGETHER=1` gives each a night of its own, and `LEALTAD_SEED` draws others.
"""

import os
import shutil

import polars as pl
import pytest

from lealtad import kpis
from lealtad.lake import Lake
from tests.nightly.conftest import CUTS
from tests.nightly.mutations import Mutation, draw_mutations

pytestmark = pytest.mark.slow
COUNT = int(os.environ.get("LEALTAD_MUTATIONS", "4"))
TOGETHER = int(os.environ.get("LEALTAD_TOGETHER", "10"))
SEED = int(os.environ.get("LEALTAD_SEED", "1"))
AS_OF = CUTS["second"]
_ROWS_PER_MUTATION = 30  # with more changed rows a night, rejected ones would rightly stop the load
HOURS = {"low": 16, "normal": 8, "high": 4, "urgent": 2}
MEASURES = {
    "nps": ("surveys", {"kind": "relational"}),
    "csat": ("surveys", {"kind": "transactional"}),
    "ces": ("surveys", {}),
    "response_rate": ("surveys", {}),
    "first_response_time": ("ticket_events", {}),
    "resolution_time": ("ticket_events", {}),
    "resolution_rate": ("ticket_events", {}),
    "reopen_rate": ("ticket_events", {}),
    "one_touch_rate": ("ticket_events", {}),
    "sla_breach_share": ("ticket_events", {"target_hours": HOURS}),
    "retention_rate": ("subscriptions", {}),
    "nrr": ("subscriptions", {}),
    "grr": ("subscriptions", {}),
}


def compute_figures(out) -> dict[tuple[str, str | None], tuple]:
    """Return every figure by measure and segment."""
    lake = Lake.open(out / "lake")
    customers = lake.read("customers")
    rows = {}
    for name, (table, options) in MEASURES.items():
        facts = lake.read(table)
        by = [*(["method"] if name == "ces" and "method" in facts.columns else []), "segment"]
        frame = getattr(kpis, name)(facts, as_of=AS_OF, by=by, customers=customers, **options)
        for row in frame.iter_rows(named=True):
            key = (name, *(row[key] for key in by[:-1]), row["segment"])
            rows[key] = (row["value"], row["n"], row["low"], row["high"])
    return rows


@pytest.fixture(scope="module")
def tables(exports) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in sorted((exports / "second").glob("*.parquet"))}


@pytest.fixture(scope="module")
def usual(second):
    return compute_figures(second)


def list_differences(usual, changed, segments) -> list[str]:
    """Name the figures of other segments that moved."""
    keys = {key for key in usual | changed if key[-1] not in segments}
    return [
        f"{key}: {usual.get(key)} became {changed.get(key)}" for key in keys if usual.get(key) != changed.get(key)
    ]


def group_mutations(tables, chosen: list[Mutation], size: int) -> list[tuple[set, list[Mutation]]]:
    """Group mutations into nights: those of a night concern the same segments, and no row twice."""
    # a version that is rejected leaves the customer in the segment of the one before
    versions = tables["customers"].group_by("customer_id").agg(pl.col("segment").unique())
    segments_of = dict(versions.iter_rows())
    nights: list[tuple[set, list[Mutation]]] = []
    for mutation in chosen:
        segments = {each for customer in mutation.customers(tables) for each in segments_of.get(customer, [None])}
        segments |= {mutation.value} if mutation.column == "segment" else set()
        place, most = (mutation.table, mutation.row), max(1, tables[mutation.table].height // _ROWS_PER_MUTATION)
        for others, together in nights:
            beside = {(m.table, m.row) for m in together if m.table == mutation.table}
            if others == segments and len(together) < size and place not in beside and len(beside) < most:
                together.append(mutation)
                break
        else:
            nights.append((segments, [mutation]))
    return nights


def apply_all(tables, together: list[Mutation]) -> dict[str, pl.DataFrame]:
    """Return the changed tables; rows are removed last, from the end, so that positions stay valid."""
    order = {"twice": 1, "gone": 2}
    changed = dict(tables)
    for mutation in sorted(together, key=lambda m: (order.get(m.column, 0), -m.row)):
        changed[mutation.table] = mutation.apply(changed)
    return {name: changed[name] for name in {mutation.table for mutation in together}}


@pytest.fixture
def find_faults(trained, exports, tables, night, usual, tmp_path):  # noqa: PLR0913, PLR0917 - a fixture each
    """Run a night with these changes, and return what went wrong."""

    def find(segments: set, together: list[Mutation]) -> list[str]:
        folder, out = tmp_path / "exports", tmp_path / "run"
        shutil.copytree(exports / "second", folder)
        for name, rows in apply_all(tables, together).items():
            rows.write_parquet(folder / f"{name}.parquet")
        shutil.copytree(trained, out)
        result = night.job_server.run("nightly", "--data", folder, *night.list_arguments("second", out)[2:])
        faults = (
            [f"exit code {result.code}: {result.err.strip().splitlines()[-1][:300]}"]
            if result.code
            else list_differences(usual, compute_figures(out), segments)
        )
        shutil.rmtree(folder)
        shutil.rmtree(out)
        return faults

    return find


def test_no_row_stops_a_night_or_moves_a_figure_of_another_group(tables, find_faults):
    failures = []
    for segments, together in group_mutations(tables, draw_mutations(tables, COUNT, SEED), TOGETHER):
        faults = find_faults(segments, together)
        if faults:
            alone = [(mutation, find_faults(segments, [mutation])) for mutation in together]
            named = [f"{mutation}: {fault}" for mutation, found in alone for fault in found]
            failures += named or [f"{' and '.join(map(str, together))}: {fault}" for fault in faults]
    assert not failures, f"{len(failures)} faults in {COUNT} changes:\n" + "\n".join(failures)


def test_a_mutation_changes_one_row(tables):
    for mutation in draw_mutations(tables, 50, SEED):
        changed = mutation.apply(tables)
        assert abs(changed.height - tables[mutation.table].height) <= 1
        assert isinstance(mutation, Mutation)
