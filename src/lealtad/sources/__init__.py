"""Where rows come from: adapters that return the contract's tables as they came, not yet checked."""

from lealtad.sources.opening import open_source, read
from lealtad.sources.source import Batch, Source, SourceFile

__all__ = ["Batch", "Source", "SourceFile", "open_source", "read"]
