"""Source → contract → lake: check every row, keep the rejects with their reasons, commit all tables at once."""

import polars as pl

from lealtad import job
from lealtad.contract import TABLES, Split, split
from lealtad.lake import Lake
from lealtad.sources import open_source
from pipelines.options import OUT, Out, Source


def ingest(data: Source = "completejourney", out: Out = OUT) -> None:
    """Read a source, check it against the contract, and write the lake in OUT/lake."""
    with job.step("ingest", out) as step:
        source = open_source(data)
        parts = _checked({name: pl.concat(batch.rows for batch in rows()) for name, rows in source.tables.items()})
        rejected = pl.concat([part.rejected for part in parts])
        tables = {part.table.name: part.valid for part in parts}
        facts = sum(part.valid.height for part in parts)
        absent = [table.name for table in TABLES if table.name not in tables]
        Lake.open_or_new(out / "lake", facts).commit({**tables, "rejected": rejected}, forget=absent)
        beside = [out / f"{name}.parquet" for name in source.beside]
        with job.moved_into_place(out / "rejected.csv", *beside) as [path, *paths]:
            rejected.write_csv(path)
            for frame, other in zip(source.beside.values(), paths, strict=True):
                frame.write_parquet(other)
        counts = {
            part.table.name: {
                "rows_in": part.rows_in,
                "valid": part.valid.height,
                "rejected": part.rejected.height,
            }
            for part in parts
        }
        for part in parts:
            valid, rejects = part.valid.height, part.rejected.height
            step.say(f"{part.table.name}: {part.rows_in:,} rows in = {valid:,} valid + {rejects:,} rejected")
        step.note(source=data, rows=counts)


def _checked(tables: dict[str, pl.DataFrame]) -> list[Split]:
    """Check every table; facts are judged against the customers that are valid."""
    customers = split("customers", tables["customers"])
    known = customers.valid["customer_id"]
    others = [split(name, rows, customer_ids=known) for name, rows in tables.items() if name != "customers"]
    parts = [customers, *others]
    for part in parts:
        part.require_valid_rows()
    return parts


if __name__ == "__main__":
    job.command(ingest)
