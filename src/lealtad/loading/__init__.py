"""Loading: source → contract → lake, incremental, exactly once, all or nothing."""

from lealtad.loading.counts import Counts, Loaded
from lealtad.loading.load import load
from lealtad.loading.moment import load_moment

__all__ = ["Counts", "Loaded", "load", "load_moment"]
