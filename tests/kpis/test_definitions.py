from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from lealtad import kpis
from lealtad.base.errors import SettingsError
from lealtad.kpis import DEFINITIONS, definitions_hash
from lealtad.kpis.definitions import find_definition


def test_every_definition_is_one_function():
    assert all(callable(getattr(kpis, definition.name)) for definition in DEFINITIONS)
    assert len({definition.name for definition in DEFINITIONS}) == len(DEFINITIONS) == 16


def test_hash_changes_with_any_definition_and_not_with_their_order():
    assert definitions_hash(DEFINITIONS[::-1]) == definitions_hash()
    changed = (replace(DEFINITIONS[0], version=2), *DEFINITIONS[1:])
    assert definitions_hash(changed) != definitions_hash()
    assert definitions_hash(DEFINITIONS[1:]) != definitions_hash()


def test_hash_is_the_same_in_another_process():
    code = "from lealtad.kpis import definitions_hash; print(definitions_hash())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert found.stdout.strip() == definitions_hash()


def test_unknown_definition():
    with pytest.raises(SettingsError, match="Did you mean 'nps'"):
        find_definition("nsp")
