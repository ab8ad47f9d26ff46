"""Run the measurements, each in a process of its own; write `bench/results.json` and the chart `docs/bench.svg`.

A row is `{name, value, unit, goal, better, low, high, repeats}`. The file also states the machine and the
versions.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from bench.chart import draw
from bench.registry import BENCHES, run

RESULTS = Path(__file__).with_name("results.json")
CHART = RESULTS.parents[1] / "docs" / "bench.svg"
PACKAGES = ("lealtad", "duckdb", "featuretools", "lightgbm", "numba", "numpy", "pandas", "polars")


def main(only: list[str]) -> None:
    """Run the named benches, or all of them; the rows of the others are kept."""
    unknown = set(only) - set(BENCHES)
    if unknown:
        sys.exit(f"bench: expected one of {', '.join(BENCHES)}, found {', '.join(sorted(unknown))}")
    results = {row["name"]: row for row in json.loads(RESULTS.read_text())["rows"]} if RESULTS.exists() else {}
    for name in only or BENCHES:
        # each bench gets its own process, so that peak memory is measured separately
        with multiprocessing.get_context("spawn").Pool(1) as alone:
            for row in alone.apply(run, [name]):
                results[str(row["name"])] = row
                print(f"{row['name']}: {row['value']:.3g} {row['unit']} (goal {row['goal']:g})", flush=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
    versions = {name: version(name) for name in PACKAGES}
    contents = {"machine": machine, "versions": versions, "rows": list(results.values())}
    RESULTS.write_text(json.dumps(contents, indent=1) + "\n")
    draw(contents, CHART)


if __name__ == "__main__":
    main(sys.argv[1:])
