"""Several boosters as one: the mean of their log-odds, written as a single LightGBM text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCALED = ("leaf_value=", "internal_value=")
_TREE = re.compile(r"^Tree=\d+$", re.MULTILINE)
_END = "end of trees"


def average_boosters(texts: Sequence[str], level: float = 0.0) -> str:
    """Return the text of a model whose log-odds are the mean of those of several models.

    A booster is a sum of trees; the mean of k boosters is the sum of all their trees, each leaf divided by k. So
    one file is served, and contributions of features come out of it as of any booster. The settings that the
    boosters were made with are left out of the text. They do not change the model, and would make it differ by the
    number of threads.

    Parameters
    ----------
    texts
        The texts of boosters for the same columns, as `Booster.model_to_string` writes them.
    level
        Log-odds that the trees were given and that is added to what they say: it is put on the leaves of the
        first tree.
    """
    head = texts[0][: _find_first_tree(texts[0])]
    trees: list[str] = []
    for text in texts:
        for tree in _split_trees(text):
            trees.append(f"Tree={len(trees)}\n" + _divide_tree(tree, len(texts), 0.0 if trees else level))
    sizes = "tree_sizes=" + " ".join(str(len(tree.encode())) for tree in trees)
    head = re.sub(r"^tree_sizes=.*$", sizes, head, flags=re.MULTILINE)
    return f"{head}{''.join(trees)}{_END}\n"


def _find_first_tree(text: str) -> int:
    first = _TREE.search(text)
    return first.start() if first else text.index(_END)


def _split_trees(text: str) -> list[str]:
    """Return what follows each `Tree=` line, with its closing blank lines."""
    body = text[_find_first_tree(text) : text.index(_END)]
    return [part.removeprefix("\n") for part in _TREE.split(body)[1:]]


def _divide_tree(tree: str, count: int, level: float) -> str:
    lines = tree.split("\n")
    return "\n".join(_divide_line(line, count, level) if line.startswith(_SCALED) else line for line in lines)


def _divide_line(line: str, count: int, level: float) -> str:
    name, _, values = line.partition("=")
    return f"{name}=" + " ".join(repr(float(value) / count + level) for value in values.split())
