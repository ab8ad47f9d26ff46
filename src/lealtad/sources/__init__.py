"""Where rows come from: adapters that return the contract's tables as they came, not yet checked."""

from lealtad.sources.opening import Source, open_source, read

__all__ = ["Source", "open_source", "read"]
