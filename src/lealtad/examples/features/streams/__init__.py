"""Streams: what features read, each a pure function of the tables that is causal in the order of knowing.

In: tables in the order of happening. Out: facts with `customer_id`, `known_at` and a clock. Know no date and no
feature.
"""

from lealtad.examples.features.streams.registry import STREAMS, get_stream

__all__ = ["STREAMS", "get_stream"]
