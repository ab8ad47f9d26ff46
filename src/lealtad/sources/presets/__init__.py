"""Vendor presets: the exports of known tools, each described by one TOML file without code.

In: the `[sources]` of a company's settings, and the headers of its files. Out: the same sections, expanded.
To add a vendor, write `vendors/NAME.toml` as docs/sources/adding.md shows. Then `preset = "NAME"` reads its
exports and `lealtad init` recognizes them. A company may also keep such a file next to its `lealtad.toml`, and
write `preset = "NAME.toml"`.
"""

from lealtad.sources.presets.expanding import drop_presets, expand_presets
from lealtad.sources.presets.preset import (
    Preset,
    VendorExport,
    list_presets,
    load_preset,
    load_presets,
    read_preset,
)

__all__ = [
    "Preset",
    "VendorExport",
    "drop_presets",
    "expand_presets",
    "list_presets",
    "load_preset",
    "load_presets",
    "read_preset",
]
