"""The evidence of a yes, as text that can stand in version control: the same data give the same bytes."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from lealtad.models.gate.gate import Verdict
    from lealtad.models.registry import Champion

_DIGITS = 6
_KEPT = ("catalog", "content.", "kpis", "label.", "rows.", "version.")


def evidence_text(verdict: Verdict, challenger: Champion, champion: Champion | None) -> str:
    """Return `accepted.json`: the model by its hash, what it was made of, and every check with its numbers.

    It holds no time and no number of a registry, which another registry would count otherwise.
    """
    told = {
        "model": challenger.name,
        "model_hash": challenger.model_hash,
        "made_of": _made_of(challenger),
        "instead_of": None if champion is None else champion.model_hash,
        "checks": verdict.checks.to_dicts(),
        "rivals": _rounded(verdict.rivals),
        "metrics": _rounded(challenger.evidence("metrics")),
        "metrics_by_date": _rounded(challenger.evidence("metrics_by_date")),
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _made_of(challenger: Champion) -> dict[str, str]:
    params = challenger.params or {}
    return {name: params[name] for name in sorted(params) if name.startswith(_KEPT)}


def _rounded(table: pl.DataFrame) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in table.to_dicts()]


def _plain(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    # one machine's last digits are not another's
    return round(value, _DIGITS) if math.isfinite(value) else None
