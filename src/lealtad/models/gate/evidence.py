"""The evidence of a passed gate, as reproducible text for version control."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from lealtad.models.gate.gate import GateVerdict
    from lealtad.models.registry import RegisteredModel

_DIGITS = 6
_KEPT = ("catalog", "content.", "kpis", "label.", "rows.", "version.")


def format_evidence(verdict: GateVerdict, challenger: RegisteredModel, champion: RegisteredModel | None) -> str:
    """Return `accepted.json`: the model's hash, its inputs, and every check with its numbers.

    It holds no time and no version number, because another registry would number versions differently.
    """
    evidence = {
        "model": challenger.name,
        "model_hash": challenger.model_hash,
        "made_of": _list_origins(challenger),
        "instead_of": None if champion is None else champion.model_hash,
        "checks": verdict.checks.to_dicts(),
        "rivals": _round_numbers(verdict.rivals),
        "metrics": _round_numbers(challenger.evidence("metrics")),
        "metrics_by_date": _round_numbers(challenger.evidence("metrics_by_date")),
    }
    return json.dumps(evidence, indent=1, ensure_ascii=False) + "\n"


def _list_origins(challenger: RegisteredModel) -> dict[str, str]:
    params = challenger.params or {}
    return {name: params[name] for name in sorted(params) if name.startswith(_KEPT)}


def _round_numbers(table: pl.DataFrame) -> list[dict[str, Any]]:
    return [{name: _to_plain(value) for name, value in row.items()} for row in table.to_dicts()]


def _to_plain(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    # the last digits differ between machines
    return round(value, _DIGITS) if math.isfinite(value) else None
