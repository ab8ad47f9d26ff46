"""Loading: source → contract → lake, incremental, exactly once, all or nothing."""

from lealtad.lake.loading.counts import Counts, Loaded
from lealtad.lake.loading.load import load
from lealtad.lake.loading.moment import load_moment

__all__ = ["Counts", "Loaded", "load", "load_moment"]
