"""The mean of several kinds of model, as one model.

A served model carries this file along, with the files of its parts in `CODES`: it needs NumPy and what they need.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lealtad.learning.learners.learner import Learner, Scorer

CODES: dict[str, str] = {}  # by name the file of each part; filled where a model is served


@dataclass(frozen=True)
class MeanScorer:
    """Several models that score as one."""

    parts: Sequence[tuple[float, Scorer]]

    def predict_margin(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weighted mean of the parts' log-odds of each row."""
        return np.asarray(sum(weight * part.predict_margin(values) for weight, part in self.parts))

    def explain(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weighted mean of what each column adds to the log-odds in the parts."""
        return np.asarray(sum(weight * part.explain(values) for weight, part in self.parts))


@dataclass(frozen=True)
class Mean:
    """The mean of several learners: each is tuned, and those that gain on the folds take part.

    Attributes
    ----------
    parts
        The learners, in order.

    Examples
    --------
    >>> from lealtad.learning.learners import DEFAULT, Logistic
    >>> Mean((DEFAULT, Logistic())).packages
    ('lightgbm', 'numpy')
    """

    parts: tuple[Learner, ...] = ()
    name = "mean"

    @property
    def packages(self) -> tuple[str, ...]:
        """Distributions that a server needs to load and score the model."""
        return tuple(dict.fromkeys(package for part in self.parts for package in part.packages))

    @property
    def takes_directions(self) -> bool:
        """Whether every part can bind a column to a direction."""
        return all(part.takes_directions for part in self.parts)

    @property
    def code(self) -> str:
        """The text of this file, with those of the scorers of its parts."""
        codes = {part.name: Path(inspect.getfile(part.scorer)).read_text(encoding="utf-8") for part in self.parts}
        return f"{Path(__file__).read_text(encoding='utf-8')}\n\nCODES.update({json.dumps(codes)})\n"

    def join(self, texts: Mapping[str, str], weights: Mapping[str, float]) -> str:
        """Return the text of the mean of models, by the name of their learner."""
        parts = [{"learner": name, "weight": weights[name], "text": text} for name, text in texts.items()]
        return json.dumps({"parts": parts}, indent=1)

    def load(self, text: str) -> MeanScorer:
        """Read a model from its text."""
        own = {part.name: part for part in self.parts}
        return MeanScorer(
            [
                (part["weight"], (own.get(part["learner"]) or _find(part["learner"])).load(part["text"]))
                for part in json.loads(text)["parts"]
            ]
        )


def load(text: str) -> MeanScorer:
    """Read a model from its text, as served models do."""
    return Mean().load(text)


def _find(name: str) -> Any:
    """Return what reads a part: the file that the model carries along, else the learner of this name."""
    if name not in CODES:
        from lealtad.learning.learners.kinds import find_reader

        return find_reader(name)
    module_name = f"lealtad_learner_{hashlib.sha256(CODES[name].encode()).hexdigest()[:16]}"
    if module_name not in sys.modules:
        module = ModuleType(module_name)
        sys.modules[module_name] = module  # before it runs: dataclasses look up the module they are in
        exec(compile(CODES[name], f"<{name}>", "exec"), module.__dict__)  # noqa: S102 - part of the hashed file
    return sys.modules[module_name]
