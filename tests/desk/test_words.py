"""Every sentence of the desk is said in Spanish too, with the same values, and none is left over."""

import re

import pytest

from lealtad.desk.words import read_spanish
from tests.desk.sentences import list_sentences


def test_every_sentence_is_translated_and_no_translation_is_left_over():
    assert list_sentences() == set(read_spanish())


@pytest.mark.parametrize("sentence", sorted(read_spanish()))
def test_a_translation_holds_the_same_values(sentence):
    assert sorted(re.findall(r"{\w+}", sentence)) == sorted(re.findall(r"{\w+}", read_spanish()[sentence]))
