"""Vendors by name: which exports a tool writes, and which settings read them."""

from lealtad.sources.presets.expanding import drop_presets, expand_presets
from lealtad.sources.presets.preset import Preset, VendorExport, list_presets, load_preset, load_presets

__all__ = [
    "Preset",
    "VendorExport",
    "drop_presets",
    "expand_presets",
    "list_presets",
    "load_preset",
    "load_presets",
]
