"""A model as text: its learner's own format, the code that reads it, and a JSON contract."""

from __future__ import annotations

import hashlib
import inspect
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lealtad.base.bands import BANDS
from lealtad.learning.learners import DEFAULT, Mean

if TYPE_CHECKING:
    from lealtad.learning.estimators import Calibration
    from lealtad.learning.learners import AnyLearner

BOOSTER, CONTRACT, LEARNER = "booster.txt", "contract.json", "learner.py"


@dataclass(frozen=True)
class ModelContract:
    """What is stored with a model's text.

    Attributes
    ----------
    columns
        Features in the order of the model; all are doubles, null is NaN.
    calibration
        Map from log-odds to probabilities: its kind and its numbers.
    catalog
        Hash of the feature definitions.
    kpis
        Hash of the KPI definitions that were in force.
    typical
        Median of each feature among customers who stayed, in the rows that were learned from.
    worse
        By feature, +1 if churners have higher values than customers who stay, and -1 if they have lower ones.
    levels
        By column of categories, its levels; the model knows a level by its position.
    interval
        Interval of a probability: rising `log_odds` of the model, with the `low` and `high` probability at each;
        None if it was not learned.
    bands
        By name, the lowest probability of each band, highest first.
    booster_sha256
        Hash of the model's text; an altered file is refused.
    """

    name: str
    columns: list[str]
    calibration: dict[str, Any]
    catalog: str
    kpis: str
    booster_sha256: str
    typical: dict[str, float] = field(default_factory=dict)
    worse: dict[str, int] = field(default_factory=dict)
    levels: dict[str, list[str]] = field(default_factory=dict)
    interval: dict[str, list[float]] | None = None
    bands: list[tuple[str, float]] = field(default_factory=lambda: list(BANDS.items()))

    @property
    def text(self) -> str:
        """The contract as it is written."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @property
    def sha256(self) -> str:
        """The hash of the text, which also covers the model, because the text contains the model's hash."""
        return compute_digest(self.text)

    @property
    def model_hash(self) -> str:
        """A hash of model and contract together; models with the same hash are identical."""
        return self.sha256[:12]


def build_contract(  # noqa: PLR0913 - what stands beside the model
    name: str,
    text: str,
    calibration: Calibration,
    *,
    columns: list[str],
    catalog: str,
    kpis: str,
    **learned: Any,
) -> ModelContract:
    """Return the contract of a fitted model.

    The model knows its columns by position; the names belong to the contract, which checks them.

    Parameters
    ----------
    text
        The model's text, whose hash the contract holds.
    columns
        Names of the features, in the order of the model.
    catalog, kpis
        Hashes of the feature and the KPI definitions in force.
    **learned
        `typical`, `worse`, `levels`, `interval` or `bands`; see `ModelContract`.
    """
    return ModelContract(name, columns, calibration.to_text(), catalog, kpis, compute_digest(text), **learned)


def write_files(folder: Path, text: str, contract: ModelContract, learner: AnyLearner = DEFAULT) -> dict[str, str]:
    """Write the model, its contract and the learner's code, and return their paths by name."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "booster": (BOOSTER, text),
        "contract": (CONTRACT, contract.text),
        "learner": (LEARNER, read_code(learner)),
    }
    for name, words in files.values():
        (folder / name).write_text(words, encoding="utf-8", newline="\n")
    return {key: str(folder / name) for key, (name, _) in files.items()}


def read_code(learner: AnyLearner) -> str:
    """Return the text of the scorer's file, which is stored with a served model."""
    if isinstance(learner, Mean):
        return learner.code
    return Path(inspect.getfile(learner.scorer)).read_text(encoding="utf-8")


def compute_digest(text: str) -> str:
    """Return the SHA-256 of a text.

    Examples
    --------
    >>> compute_digest("")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(text.encode()).hexdigest()
