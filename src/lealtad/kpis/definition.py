"""What a measure means, as data: its formula in words, with a version."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KpiDefinition:
    """One measure: when its formula changes, its version must rise."""

    name: str
    version: int
    formula: str

    def label(self, *choices: str) -> str:
        """Name the definition with the choices that one figure was computed with.

        Examples
        --------
        >>> KpiDefinition("first_response_time", 1, "hours to the reply").label("median", "calendar hours")
        'first_response_time@1: median, calendar hours'
        """
        versioned = f"{self.name}@{self.version}"
        return f"{versioned}: {', '.join(choices)}" if choices else versioned
