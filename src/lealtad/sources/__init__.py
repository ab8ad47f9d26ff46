"""Where rows come from: adapters that return the contract's tables as they came, not yet checked."""

from lealtad.sources.opening import read

__all__ = ["read"]
