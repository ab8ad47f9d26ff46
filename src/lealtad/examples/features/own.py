"""Features of a company's own: found by module, guarded where they are computed."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING

import numpy as np

from lealtad.base.errors import SettingsError
from lealtad.examples.features.feature import BUILT_IN, Feature

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lealtad.examples.features.engine.facts import Facts, Matrix
    from lealtad.examples.features.feature import Variant


def load_own_features(modules: Sequence[str]) -> tuple[Feature, ...]:
    """Return the features that stand in modules of the company's own, in their order.

    Raises
    ------
    SettingsError
        If a module cannot be imported, or holds no feature.
    """
    return tuple(feature for name in modules for feature in _find_features(name))


def read_own_source(modules: Sequence[str]) -> str:
    """Return the text of the modules."""
    return "".join(inspect.getsource(importlib.import_module(name)) for name in modules)


def guard(feature: Feature, facts: Facts) -> Callable[[Variant | None], Matrix]:
    """Return the formula over the facts; an error of a company's own formula names it.

    Raises
    ------
    SettingsError
        If the formula raises, or returns something else than a float per customer and as-of date.
    """

    def compute(variant: Variant | None) -> Matrix:
        return feature.formula(facts) if variant is None else feature.formula(facts, variant)

    def compute_checked(variant: Variant | None) -> Matrix:
        try:
            matrix = compute(variant)
        except Exception as error:
            raise _broken_error(feature, "a formula that computes", f"{type(error).__name__}: {error}") from error
        shape = getattr(matrix, "shape", None)
        if shape != facts.grid.shape or not np.issubdtype(matrix.dtype, np.floating):
            expected = f"a matrix of floats, customers × as-of dates {facts.grid.shape}"
            raise _broken_error(feature, expected, f"{type(matrix).__name__} {shape or ''}".strip())
        return matrix

    return compute if feature.module.startswith(BUILT_IN) else compute_checked


def locate_formula(feature: Feature) -> str:
    """Return where a feature's formula is written: its line and file, as far as Python knows them."""
    formula = inspect.unwrap(feature.formula)
    code = getattr(formula, "__code__", None)
    return feature.module if code is None else f"line {code.co_firstlineno} of {code.co_filename}"


def _find_features(name: str) -> list[Feature]:
    try:
        module = importlib.import_module(name)
    except Exception as error:
        raise SettingsError(
            place=f"features.modules, {name}",
            expected="a Python module that can be imported",
            found=f"{type(error).__name__}: {error}",
            fix="Fix the module, or run lealtad in the directory from which Python finds it.",
        ) from error
    features = [
        member for member in vars(module).values() if isinstance(member, Feature) and member.module == name
    ]
    if not features:
        raise SettingsError(
            place=f"features.modules, {name}",
            expected="functions marked with @feature",
            found="none",
            fix="Mark a function with @feature (docs/features.md), or remove the module from lealtad.toml.",
        )
    return features


def _broken_error(feature: Feature, expected: str, found: str) -> SettingsError:
    return SettingsError(
        place=f"feature {feature.module}.{feature.name}",
        expected=expected,
        found=found,
        fix=f"Fix {locate_formula(feature)}, then run lealtad features.",
    )
