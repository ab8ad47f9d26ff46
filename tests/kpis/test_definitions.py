from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import polars as pl
import pytest

from lealtad import kpis
from lealtad.base.errors import SettingsError
from lealtad.kpis import definitions_hash, list_definitions, list_measures
from lealtad.kpis.registry import find_measure

# of the definitions in force; it changes with a formula and its version, and never with a word of a page
IN_FORCE = "86426de48715a25232dd376234db2bf9ef253dee4a59a826f7188098fff3567c"


def test_every_definition_is_one_function():
    definitions = list_definitions()
    assert all(callable(getattr(kpis, definition.name)) for definition in definitions)
    assert len({definition.name for definition in definitions}) == len(definitions) == 16


def test_hash_changes_with_any_definition_and_not_with_their_order():
    definitions = list_definitions()
    assert definitions_hash(definitions[::-1]) == definitions_hash() == IN_FORCE
    changed = (replace(definitions[0], version=2), *definitions[1:])
    assert definitions_hash(changed) != definitions_hash()
    assert definitions_hash(definitions[1:]) != definitions_hash()


@pytest.mark.slow
def test_hash_is_the_same_in_another_process():
    code = "from lealtad.kpis import definitions_hash; print(definitions_hash())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert found.stdout.strip() == definitions_hash()


def test_unknown_measure():
    with pytest.raises(SettingsError, match="Did you mean 'nps'"):
        find_measure("nsp")


@pytest.mark.parametrize("measure", list_measures(), ids=lambda measure: measure.name)
def test_every_measure_has_words_in_both_languages(measure):
    assert set(measure.look.words) == {"en", "es"}
    assert all(words.name and words.meaning.endswith(".") for words in measure.look.words.values())


def test_ranks_leave_no_tie():
    ranks = [measure.rank for measure in list_measures()]
    assert len(set(ranks)) == len(ranks)


def test_a_keyword_that_a_measure_does_not_take_is_refused():
    with pytest.raises(TypeError, match="unexpected keyword 'since'; expected as_of, by"):
        kpis.reopen_rate(pl.DataFrame(), since=1)
    with pytest.raises(TypeError, match="unexpected keyword 'touchpoints'"):
        kpis.retention_rate(pl.DataFrame(), touchpoints=None)
