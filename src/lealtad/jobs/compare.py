"""Several learners on the same later dates: which ranks best, by how much, and at what cost."""

from __future__ import annotations

from typing import Annotated

import typer

from lealtad.base import job
from lealtad.company.settings_in_force import follow_settings
from lealtad.examples.features import CompanyProfile, build_catalog, check_settings
from lealtad.jobs.definitions import find_definitions
from lealtad.jobs.options import MODEL, OUT, SETTINGS, Model, Out, SettingsFile
from lealtad.lake import Lake

Learners = Annotated[
    str,
    typer.Option(
        help="Learners to compare, separated by commas: lightgbm, logistic, catboost, mean, or the address of an "
        "estimator such as sklearn.ensemble.HistGradientBoostingClassifier."
    ),
]


def compare(
    out: Out = OUT,
    model: Model = MODEL,
    learners: Learners = "lightgbm,logistic,mean",
    settings: SettingsFile = SETTINGS,
) -> None:
    """Compare learners on the same dates: log loss, AUC, differences with intervals, time and size.

    Nothing is registered. Write the best under [learner] in model.toml, as kind = "mean", and train.
    """
    with job.step("compare", out) as step:
        from lealtad.learning import leaderboard

        lake, company = Lake.open(out / "lake"), follow_settings(step, settings)
        profile = CompanyProfile.of(company)
        check_settings(lake, profile)
        definition = find_definitions(model, lake)[0]
        names = [name.strip() for name in learners.split(",") if name.strip()]
        board = leaderboard.compare(lake, definition, names, step.report, catalog=build_catalog(profile))
        job.show(str(board))
        with job.move_into_place(out / "compare.csv") as [table]:
            board.table.write_csv(table, float_precision=6)
        step.note(
            learners={row["learner"]: round(row["log_loss"], 6) for row in board.table.iter_rows(named=True)}
        )
