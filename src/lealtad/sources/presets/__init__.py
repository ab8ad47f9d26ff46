"""Vendors by name: which exports a tool writes, and which settings read them."""

from lealtad.sources.presets.expanding import expanded, without_presets
from lealtad.sources.presets.preset import Export, Preset, preset_named, preset_names, presets

__all__ = ["Export", "Preset", "expanded", "preset_named", "preset_names", "presets", "without_presets"]
