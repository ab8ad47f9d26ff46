"""Streams: what features read, each a pure function of the tables that is causal in the order of knowing."""

from lealtad.examples.features.streams.registry import STREAMS, stream_named

__all__ = ["STREAMS", "stream_named"]
