"""Trained models of both tasks as text, which nights reuse until they are four weeks old."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lealtad.base.outputs import check_output
from lealtad.base.seal import open_seal, seal
from lealtad.learning.learners.ranking import Ranker
from lealtad.recommending.calibration import ScoreCalibration
from lealtad.recommending.judging import Judgement, judge_tasks
from lealtad.recommending.training import Examples, TaskModel, train_tasks

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.recommending.protocol import Protocol
    from lealtad.recommending.purchases import Ints, Purchases

LEARNED_FILE = "recommender.json"
_VERSION = 2
_OLDEST_DAYS = 28.0


@dataclass(frozen=True)
class Learned:
    """Models of both tasks, and how good their lists were.

    Attributes
    ----------
    day
        The as-of date of the training, in days since 1970.
    models
        By task; None if hardly anything was bought.
    learned_from
        The earlier dates of the examples, in days since 1970.
    judgement
        How good lists made a horizon before were; None if the data are too short.
    protocol
        The protocol, as text; a changed protocol requires new training.
    """

    day: float
    models: dict[str, TaskModel | None]
    learned_from: list[float]
    judgement: Judgement | None
    protocol: str

    def is_current(self, day: float, protocol: Protocol) -> bool:
        """Return whether it may be used as of a day: nothing later was learned, and it is under four weeks old."""
        return 0 <= day - self.day < _OLDEST_DAYS and self.protocol == _write_protocol(protocol)

    def to_text(self) -> str:
        """Return it as sealed JSON, without anything of a customer."""
        models = {
            task: None
            if model is None
            else {
                "text": model.ranker.text,
                "names": list(model.ranker.names),
                "scores": model.calibration.scores.tolist(),
                "rates": model.calibration.rates.tolist(),
            }
            for task, model in self.models.items()
        }
        return seal(
            {
                "version": _VERSION,
                "day": self.day,
                "models": models,
                "learned_from": self.learned_from,
                "judgement": None if self.judgement is None else _write_judgement(self.judgement),
                "protocol": self.protocol,
            }
        )


def learn(purchases: Purchases, categories: Ints, day: float, protocol: Protocol) -> Learned:
    """Learn from earlier dates, and judge on the newest horizon.

    Raises
    ------
    TooLittleDataError
        If purchases do not reach back two horizons, or no product has enough buyers.
    """
    built: dict[float, dict[str, Examples]] = {}
    models, days = train_tasks(purchases, categories, day, protocol, built)
    before = day - protocol.horizon_days
    # examples contain what was known by `day`; the judged models may use them if it was also known at their date
    was_late = (purchases.day < before) & (purchases.known >= before) & (purchases.known < day)
    judged = judge_tasks(purchases, categories, before, protocol, None if was_late.any() else built)
    return Learned(day, models, days, judged, _write_protocol(protocol))


def read_learned(out: Path) -> Learned | None:
    """Read the models of an earlier night; None if there are none, or another version of lealtad wrote them.

    Raises
    ------
    DamageError
        If the file is no longer as the job wrote it.
    """
    path = out / LEARNED_FILE
    if not path.is_file():
        return None
    check_output(path)
    try:
        stored = open_seal(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    if stored["version"] != _VERSION:
        return None
    judged = stored["judgement"]
    return Learned(
        stored["day"],
        {task: None if model is None else _read_model(model) for task, model in stored["models"].items()},
        stored["learned_from"],
        None if judged is None else _read_judgement(judged),
        stored["protocol"],
    )


def _write_protocol(protocol: Protocol) -> str:
    return json.dumps(asdict(protocol), sort_keys=True)


def _read_model(stored: dict[str, Any]) -> TaskModel:
    calibration = ScoreCalibration(np.array(stored["scores"]), np.array(stored["rates"]))
    return TaskModel(Ranker(stored["text"], tuple(stored["names"])), calibration)


_TABLES = ("measures", "strata", "calibration")


def _write_judgement(judged: Judgement) -> dict[str, Any]:
    tables = {name: getattr(judged, name).serialize(format="json") for name in _TABLES}
    return {"day": judged.day, "coverage": judged.coverage, **tables}


def _read_judgement(stored: dict[str, Any]) -> Judgement:
    tables = {name: pl.DataFrame.deserialize(StringIO(stored[name]), format="json") for name in _TABLES}
    return Judgement(
        stored["day"], tables["measures"], stored["coverage"], tables["strata"], tables["calibration"]
    )
