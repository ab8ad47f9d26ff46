"""The key of the random draw: nobody can predict the holdout without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.secret import fill_references

if TYPE_CHECKING:
    from lealtad.company.playbook.playbook import Playbook

_PUBLIC = "lealtad"


def read_holdout_key(playbook: Playbook) -> bytes:
    """Return the holdout key of the playbook from the environment; `lealtad` if the playbook names none.

    A key that changes during a campaign draws another holdout: keep it for as long as you compare.

    Raises
    ------
    SettingsError
        If the variable that the playbook names is not set.

    Examples
    --------
    >>> from lealtad.company.playbook import Playbook
    >>> read_holdout_key(Playbook())
    b'lealtad'
    """
    if playbook.holdout_key is None:
        return _PUBLIC.encode()
    return fill_references("worklist.holdout_key", playbook.holdout_key).encode()
