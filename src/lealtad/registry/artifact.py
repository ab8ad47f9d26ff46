"""A model as text: LightGBM's own format beside a JSON contract that says how to read it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.estimators import Calibration

BOOSTER, CONTRACT = "booster.txt", "contract.json"


@dataclass(frozen=True)
class Contract:
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

    @property
    def model_hash(self) -> str:
        """A hash of trees and contract together: what makes two models the same one."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


def contract_of(  # noqa: PLR0913 - what stands beside the trees
    name: str,
    trees: str,
    calibration: Calibration,
    *,
    columns: list[str],
    catalog: str,
    kpis: str,
    **learned: Any,
) -> Contract:
    """Return the contract of a fitted model.

    The trees know their columns by position; the names belong to the contract, which checks them.
    """
    digest = hashlib.sha256(trees.encode()).hexdigest()
    return Contract(name, columns, calibration.to_text(), catalog, kpis, digest, **learned)


def write(folder: Path, booster: str, contract: Contract) -> dict[str, str]:
    """Write both files and return their paths by name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / BOOSTER).write_text(booster)
    (folder / CONTRACT).write_text(json.dumps(asdict(contract), indent=1, sort_keys=True))
    return {"booster": str(folder / BOOSTER), "contract": str(folder / CONTRACT)}
