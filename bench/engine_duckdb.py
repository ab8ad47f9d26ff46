"""The engine against a straightforward range join in DuckDB: same facts, same answers."""

from __future__ import annotations

import duckdb
import polars as pl
from polars import selectors

from bench.facts import MEASURES, MONTHLY, WINDOWS, Columns, check_equal, compute_columns, draw_company
from bench.rows import Row, build_ratio_row, measure_seconds, time_run

FACTS = 10_000_000
THREADS = 2


def write_query() -> str:
    """Write the query: facts joined to every date that knows them, aggregated with a filter per window."""
    columns = []
    for window in WINDOWS:
        inside = f"FILTER (WHERE ordered_at >= as_of - INTERVAL {window} DAY)"
        columns.append(f"count(*) {inside} AS count_{window}")
        columns += [f"coalesce(sum({measure}) {inside}, 0) AS {measure}_{window}" for measure in MEASURES]
    return " ".join(
        [
            "SELECT customer_id, as_of,",
            ", ".join(columns),
            f"FROM dates JOIN facts ON known_at < as_of AND ordered_at >= as_of - INTERVAL {max(WINDOWS)} DAY",
            "GROUP BY customer_id, as_of",
        ]
    )


def query_duckdb(database: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Query the database, in which the facts are loaded already; customers without facts have no row."""
    return pl.DataFrame(database.execute(write_query()).to_arrow_table())


def load_database(rows: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    """Open a database in memory with the facts and the dates as its tables."""
    database = duckdb.connect(config={"threads": THREADS, "memory_limit": "8GB"})
    database.execute("SET enable_progress_bar = false")
    database.register("given_facts", drop_zone(rows).to_arrow())
    database.execute("CREATE TABLE facts AS SELECT * FROM given_facts")
    database.register("given_dates", drop_zone(pl.DataFrame({"as_of": MONTHLY})).to_arrow())
    database.execute("CREATE TABLE dates AS SELECT * FROM given_dates")
    return database


def drop_zone(frame: pl.DataFrame) -> pl.DataFrame:
    """Write UTC instants without their zone, for which DuckDB would have to fetch an extension."""
    return frame.with_columns(selectors.datetime().dt.replace_time_zone(None))


def fill_grid(answers: pl.DataFrame, rows: pl.DataFrame) -> Columns:
    """Give every customer a row at every date, in the engine's order."""
    grid = rows.select(pl.col("customer_id").unique().sort()).join(pl.DataFrame({"as_of": MONTHLY}), how="cross")
    zoned = answers.with_columns(pl.col("as_of").dt.replace_time_zone("UTC"))
    table = grid.join(zoned, on=["customer_id", "as_of"], how="left").sort("customer_id", "as_of").fill_null(0)
    return {name: table[name].to_numpy() for name in table.columns[2:]}


def run() -> list[Row]:
    """Run the query once, because it takes minutes, and check that the answers are equal."""
    rows = draw_company(FACTS)
    database = load_database(rows)
    duration, answers = time_run(lambda: query_duckdb(database))
    check_equal(compute_columns(rows, MONTHLY), fill_grid(answers, rows))
    pairs = [(duration, min(measure_seconds(lambda: compute_columns(rows, MONTHLY)) for _ in range(3)))]
    return [build_ratio_row("engine_against_duckdb", pairs, "times faster", 15.0, "higher")]
