"""Runs jobs in processes of their own, quickly: it has imported everything, and forks for each.

Polars and LightGBM start their threads at their first work, which therefore happens in the children alone. Each
line on stdin is JSON: the job, its arguments, where its two outputs go, and what its environment has besides. The
answers are the child's process id, and later how it ended.
"""

import importlib
import json
import os
import sys

from lealtad.base import job
from lealtad.models.scoring import scores
from tests.forking import answer_lines
from tests.quick_offers import learn_from_few_rows

# what the jobs need, imported once before any child is born; a test run that looks at this file imports none of it
NEEDED = (
    *("deltalake", "lightgbm", "matplotlib.pyplot", "mlflow.pyfunc", "mlflow.store.db_migrations"),
    *("mlflow.store.tracking.sqlalchemy_store", "psycopg", "pyarrow.parquet", "scipy.optimize"),
    *("sklearn.linear_model", "lealtad.jobs.features", "lealtad.jobs.ingest", "lealtad.jobs.nightly"),
    *("lealtad.jobs.promote", "lealtad.jobs.train"),
)


def run(line: str) -> None:
    wanted = json.loads(line)
    os.environ.update(wanted["environment"])
    for place, name in ((1, "out"), (2, "err")):
        file = os.open(f"{wanted['output']}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, place)
    if wanted["kpis"]:  # as after an upgrade that defines them otherwise
        scores.definitions_hash = lambda: wanted["kpis"]
    sys.argv = [wanted["job"], *wanted["arguments"]]
    module = importlib.import_module(f"lealtad.jobs.{wanted['job']}")
    job.run_command(getattr(module, wanted["job"]))


def import_needed(more: tuple[str, ...] = ()) -> None:
    """Import what the children need, and list what is installed: MLflow asks for it whenever it saves a model."""
    for name in (*NEEDED, *more):
        importlib.import_module(name)
    importlib.import_module("mlflow.utils.requirements_utils")._init_packages_to_modules_map()
    learn_from_few_rows()


def run_or_fail(line: str) -> int:
    """Run a job, and return its exit code; 1 after an error that it does not handle."""
    try:
        run(line)
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


if __name__ == "__main__":
    import_needed()
    answer_lines(run_or_fail)
