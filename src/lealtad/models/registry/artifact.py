"""A model as text: LightGBM's own format beside a JSON contract that says how to read it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from lealtad.base.bands import BANDS

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.learning.estimators import Calibration

BOOSTER, CONTRACT = "booster.txt", "contract.json"


@dataclass(frozen=True)
class ModelContract:
    """What stands beside the trees.

    Attributes
    ----------
    columns
        Features in the order of the trees; all are doubles, null is NaN.
    calibration
        Map from log-odds to probabilities: its kind and its numbers.
    catalog
        Hash of the feature definitions.
    kpis
        Hash of the KPI definitions that were in force.
    typical
        Median of each feature among customers who stayed, in the rows that were learned from.
    worse
        By feature +1 where churners have more of it than those who stay, and -1 where they have less.
    levels
        Of columns that hold categories, their levels; the trees know a level by its position.
    interval
        How sure a probability is: `log_odds` of the trees, rising, and at each the `low` and `high` probability;
        None where it was not learned.
    bands
        By name, the least probability of each band, highest first.
    booster_sha256
        Hash of the trees' text: a file that was altered is refused.
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
        """The hash of the text; as the text names the hash of the trees, it stands for both."""
        return compute_digest(self.text)

    @property
    def model_hash(self) -> str:
        """A hash of trees and contract together: what makes two models the same one."""
        return self.sha256[:12]


def build_contract(  # noqa: PLR0913 - what stands beside the trees
    name: str,
    trees: str,
    calibration: Calibration,
    *,
    columns: list[str],
    catalog: str,
    kpis: str,
    **learned: Any,
) -> ModelContract:
    """Return the contract of a fitted model.

    The trees know their columns by position; the names belong to the contract, which checks them.
    """
    return ModelContract(name, columns, calibration.to_text(), catalog, kpis, compute_digest(trees), **learned)


def write_files(folder: Path, booster: str, contract: ModelContract) -> dict[str, str]:
    """Write both files and return their paths by name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / BOOSTER).write_text(booster, encoding="utf-8", newline="\n")
    (folder / CONTRACT).write_text(contract.text, encoding="utf-8", newline="\n")
    return {"booster": str(folder / BOOSTER), "contract": str(folder / CONTRACT)}


def compute_digest(text: str) -> str:
    """Return the SHA-256 of a text.

    Examples
    --------
    >>> compute_digest("")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(text.encode()).hexdigest()
