"""Sources of rows (files, databases, vendor presets, the simulated company), and the contract for valid rows.

In: the name of a source, a folder, or the `[sources]` of a `lealtad.toml`. Out: the contract's tables, a batch
at a time, not yet checked; `contract` checks them. A new vendor needs one TOML file and no code (see
`presets`).
"""

from lealtad.sources.opening import open_source, read
from lealtad.sources.source import Batch, Source, SourceFile

__all__ = ["Batch", "Source", "SourceFile", "open_source", "read"]
