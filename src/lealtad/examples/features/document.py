"""The catalog as a document: `python -m lealtad.examples.features.document > docs/features.md`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lealtad.company.settings import FAILED_OUTCOMES
from lealtad.examples.features.building import find_stream
from lealtad.examples.features.catalog import CATALOG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.examples.features.feature import Feature

_INTRODUCTION = (
    """# Features

Generated from the catalog (`python -m lealtad.examples.features.document > docs/features.md`); a test keeps it
so. One row per feature; one over several windows, or for several variants, has a column for each. Every value is
what was known before its as-of date. What people are told stands below each family: `{value}` is the customer's
own value, `{typical}` the median of customers who stayed.

Beside these: one column per level of an attribute declared under `[features.levels]` in `lealtad.toml`
(`segment_is_basic`, 1 or 0; an attribute declared with no levels is a number), and the features of a company's own
modules, named there under `[features] modules`:

```python
from lealtad.examples.features import Facts, feature
from lealtad.examples.features.units import ORDERS


@feature(source="orders", unit=ORDERS, about="frequency", windows=(30,))
def large_orders(facts: Facts, window: int):
    \"\"\"Orders of over 100 in the window (count).\"\"\"
    return facts.count(window, where=pl.col("amount") > 100)
```

Outcomes of contacts are declared failures there under `[features] failed_outcomes`, in capitals or not. Unless a
company declares its own, these are: """
    + ", ".join(f"`{outcome}`" for outcome in FAILED_OUTCOMES)
    + ".\n"
)
_HEAD = "| Column | Definition | Unit | Reads | Null | Risk | Actionable |\n|---|---|---|---|---|---|---|"


def render_markdown(catalog: Sequence[Feature]) -> str:
    """Return the document of a catalog."""
    families: dict[str, list[Feature]] = {}
    for feature in catalog:
        families.setdefault(feature.family, []).append(feature)
    return "\n".join([_INTRODUCTION, *(_render_family(name, features) for name, features in families.items())])


def _render_family(name: str, features: Sequence[Feature]) -> str:
    about = sys.modules[features[0].module].__doc__ or ""
    rows = "\n".join(_render_row(feature) for feature in features)
    sentences = "\n".join(
        f"- `{feature.name}`: {feature.says['en']} / {feature.says['es']}"
        for feature in features
        if feature.says["en"]
    )
    section = f"\nWhat people are told:\n\n{sentences}\n" if sentences else ""
    return f"## {name.capitalize()}\n\n{about.strip()}\n\n{_HEAD}\n{rows}\n{section}"


def _render_row(one: Feature) -> str:
    cells = (
        _render_columns(one),
        one.definition,
        one.unit.name,
        " + ".join(find_stream(one).tables) or "the date",
        one.null,
        f"{one.risk} with it" if one.risk else "",
        "yes" if one.actionable else "",
    )
    return f"| {' | '.join(cells)} |"


def _render_columns(one: Feature) -> str:
    if one.windows:
        return f"`{one.name}_{{{', '.join(map(str, one.windows))}}}d`"
    return f"`{one.column.format('{' + ', '.join(map(str, one.variants)) + '}') if one.variants else one.name}`"


if __name__ == "__main__":
    sys.stdout.write(render_markdown(CATALOG))
