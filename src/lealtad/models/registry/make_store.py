"""`python -m lealtad.models.registry.make_store ADDRESS`: create a store for `mlflow run` atomically.

`mlflow run` itself would create it in place: if killed, it leaves an incomplete store that cannot be opened.
"""

from __future__ import annotations

import sys

from lealtad.base.private_files import keep_private
from lealtad.models.registry.store import connect_to_store


def main() -> None:
    """Create the store at an address unless it exists."""
    with keep_private(), connect_to_store(sys.argv[1], "any"):
        pass


if __name__ == "__main__":
    main()
