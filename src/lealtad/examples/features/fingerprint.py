"""The hash that models are bound to: it changes when the value of a feature may, and not when its words do."""

from __future__ import annotations

import ast
import hashlib
import importlib
import inspect
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lealtad.company.calendar import business_calendar, business_time
from lealtad.examples.features.own import read_own_source
from lealtad.kpis import merges, thresholds, waiting
from lealtad.sources.contract import outcomes, returns, scales

if TYPE_CHECKING:
    from lealtad.examples.features.company import CompanyProfile

_WORDING = ("document.py", "explaining.py", "sentences.py", "units.py", "watching.py")  # no value rests on them
_TICKET_RULES = importlib.import_module("lealtad.kpis.tickets")  # the package calls its function by the same name
_RULES = (
    *(business_calendar, business_time, merges, outcomes, returns, scales),
    *(thresholds, _TICKET_RULES, waiting),
)


def hash_catalog(company: CompanyProfile | None = None) -> str:
    """Return a hash of families, streams and engine, and of what the company adds: it changes when a value may.

    A model is bound to the hash it learned under, so that it never reads a feature which now means something
    else. Whole modules are hashed: a formula rests on the other expressions of its module.
    """
    digest = hashlib.sha256(hash_code().encode())
    if company is not None:
        digest.update(company.fingerprint.encode())
        digest.update(read_own_source(company.modules).encode())
    return digest.hexdigest()


@cache
def hash_code() -> str:
    """Return a hash of the code that a value of lealtad's own features rests on.

    Sentences, docstrings, comments and layout change nothing in it.
    """
    room = Path(__file__).parent
    sources = [
        path.read_text(encoding="utf-8") for path in sorted(room.rglob("*.py")) if path.name not in _WORDING
    ]
    rules = [inspect.getsource(module) for module in _RULES]
    code = "\n".join(describe_code(ast.parse(source)) for source in [*sources, *rules])
    return hashlib.sha256(code.encode()).hexdigest()


def describe_code(node: object) -> str:
    """Return what a part of a program computes, the same for every version of Python.

    Examples
    --------
    >>> one, other = ast.parse("def double(n): return 2 * n  # twice"), ast.parse("def double(n): return 2*n")
    >>> describe_code(one) == describe_code(other)
    True
    """
    if isinstance(node, list):
        return "[" + ",".join(describe_code(part) for part in node if not _is_text(part)) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = ((name, value) for name, value in ast.iter_fields(node) if value is not None and value != [])
    return f"{type(node).__name__}({','.join(f'{name}={describe_code(value)}' for name, value in fields)})"


def _is_text(statement: object) -> bool:
    """Return whether a statement is a text alone, such as a docstring."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
