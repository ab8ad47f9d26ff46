"""The key of the random draws, without which nobody can predict the holdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.secret import fill_references

if TYPE_CHECKING:
    from lealtad.company.playbook.playbook import Playbook

_PUBLIC = "lealtad"


def read_holdout_key(playbook: Playbook) -> bytes:
    """Return the holdout key of the playbook from the environment; `lealtad` if the playbook names none.

    A changed key draws another holdout, so keep it for as long as a campaign runs.

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
