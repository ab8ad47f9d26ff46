"""`python -m lealtad.models.registry.make_store ADDRESS`: a store for `mlflow run`, which would make it in place.

A run that is killed meanwhile would leave a half-made store that no later run could open.
"""

from __future__ import annotations

import sys

from lealtad.base.private_files import keep_private
from lealtad.models.registry.store import connect_to_store


def main() -> None:
    """Make the store at an address unless it is there."""
    with keep_private(), connect_to_store(sys.argv[1], "any"):
        pass


if __name__ == "__main__":
    main()
