"""Limit modules to 250 lines, and functions to 40 without their docstring: anything longer holds two ideas."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

MODULE, FUNCTION = 250, 40
WRITTEN = "migrations"  # written by Django


def count_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function, signature included and docstring left out."""
    lines = (node.end_lineno or 0) - node.lineno + 1
    first = node.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


def find_long(path: Path) -> Iterator[str]:
    """Name a module that is too long, and each of its functions that is."""
    text = path.read_text(encoding="utf-8")
    if (lines := len(text.splitlines())) > MODULE:
        yield f"{path}: {lines} lines, at most {MODULE}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (lines := count_lines(node)) > FUNCTION:
            yield f"{path}:{node.lineno}: {node.name} has {lines} lines, at most {FUNCTION}"


def main(root: Path) -> int:
    """Print what is too long; return 1 if anything is."""
    paths = sorted(path for path in root.rglob("*.py") if WRITTEN not in path.parts)
    long = [line for path in paths for line in find_long(path)]
    print("\n".join([*long, f"{len(long)} too long"]))
    return 1 if long else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "src")))
