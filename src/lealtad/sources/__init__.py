"""Where rows come from: adapters that return the contract's tables as they came, not yet checked."""

from lealtad.sources.opening import open_source, read
from lealtad.sources.source import Batch, File, Source

__all__ = ["Batch", "File", "Source", "open_source", "read"]
