"""The catalog as a document: `python -m lealtad.examples.features.document > docs/features.md`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lealtad.company.settings import FAILED_OUTCOMES
from lealtad.examples.features.building import find_stream
from lealtad.examples.features.catalog import CATALOG
from lealtad.examples.features.sentences import OR_BELOW_ZERO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.examples.features.feature import Feature

_INTRODUCTION = (
    """# Features

Generated from the catalog (`python -m lealtad.examples.features.document > docs/features.md`); a test keeps it
current. Each row is a feature. A feature over several windows or variants has one column for each. Every value is
what was known before its as-of date. Below each family are its sentences in English and Spanish: `{value}` is the
customer's own value, `{typical}` the median of customers who stayed.

A company can add features in two ways. Each level of an attribute that `[features.levels]` in `lealtad.toml`
declares becomes a column, such as `segment_is_basic` (1 or 0). If an attribute is declared without levels, it is a
number. `[features] modules` names Python modules with features of the company's own:

```python
import polars as pl

from lealtad.examples.features import Facts, feature
from lealtad.examples.features.units import ORDERS


@feature(
    source="orders",
    unit=ORDERS,
    about="frequency",
    windows=(30,),
    en="Placed {value} of over 100 in the last {window} days; customers who stay: {typical}.",
    es="Hizo {value} de más de 100 en los últimos {window} días; quienes se quedan: {typical}.",
)
def large_orders(facts: Facts, window: int):
    \"\"\"Orders of over 100 in the window (count).\"\"\"
    return facts.count(window, where=pl.col("amount") > 100)
```

The name is the column, the docstring the definition with its unit in brackets. Measures such as `facts.count` see
only what was known before each as-of date. Then run `lealtad features`.

Some outcomes of contacts count as failures. A company declares its own under `[features] failed_outcomes`, in
capitals or not. The default is: """
    + ", ".join(f"`{outcome}`" for outcome in FAILED_OUTCOMES)
    + ".\n"
)
_HEAD = "| Column | Definition | Unit | Reads | Null | Risk | Actionable |\n|---|---|---|---|---|---|---|"
_SENTENCES_HEAD = "| Feature | English | Spanish |\n|---|---|---|"


def render_markdown(catalog: Sequence[Feature]) -> str:
    """Return the document of a catalog."""
    families: dict[str, list[Feature]] = {}
    for feature in catalog:
        families.setdefault(feature.family, []).append(feature)
    return "\n".join([_INTRODUCTION, *(_render_family(name, features) for name, features in families.items())])


def _render_family(name: str, features: Sequence[Feature]) -> str:
    about = sys.modules[features[0].module].__doc__ or ""
    rows = "\n".join(_render_row(feature) for feature in features)
    sentences = [_render_sentences(feature) for feature in features if feature.says["en"]]
    section = "\n" + "\n".join([_SENTENCES_HEAD, *sentences]) + "\n" if sentences else ""
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


def _render_sentences(feature: Feature) -> str:
    """Write a row per form: a value below 0 can have a sentence of its own."""
    forms = zip(*(feature.says[language].split(OR_BELOW_ZERO) for language in ("en", "es")), strict=True)
    names = (f"`{feature.name}`", f"`{feature.name}` below 0")
    return "\n".join(f"| {name} | {' | '.join(form)} |" for name, form in zip(names, forms, strict=False))


def _render_columns(one: Feature) -> str:
    if one.windows:
        return f"`{one.name}_{{{', '.join(map(str, one.windows))}}}d`"
    return f"`{one.column.format('{' + ', '.join(map(str, one.variants)) + '}') if one.variants else one.name}`"


if __name__ == "__main__":
    sys.stdout.write(render_markdown(CATALOG))
