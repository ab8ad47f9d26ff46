"""Loading: source → contract → lake, incremental, exactly once, all or nothing."""

from lealtad.loading.counts import Counts, Loaded
from lealtad.loading.load import load

__all__ = ["Counts", "Loaded", "load"]
