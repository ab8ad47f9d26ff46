"""Loading: source → contract → lake, incremental, exactly once, all or nothing."""

from lealtad.lake.loading.counts import LoadResult, RowCounts
from lealtad.lake.loading.load import load
from lealtad.lake.loading.load_time import parse_load_time

__all__ = ["LoadResult", "RowCounts", "load", "parse_load_time"]
