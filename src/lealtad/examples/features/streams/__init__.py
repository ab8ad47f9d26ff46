"""Streams: what features read, each a pure function of the tables that is causal in the order of knowing."""

from lealtad.examples.features.streams.registry import STREAMS, get_stream

__all__ = ["STREAMS", "get_stream"]
