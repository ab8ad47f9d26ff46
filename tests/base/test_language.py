"""Every sentence that the source says is said in Spanish too, with the same values in it."""

import re
import string
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import lealtad

SOURCE = Path(lealtad.__file__).parent
WORDS = SOURCE / "base" / "words" / "es.po"
KEYWORDS = {"_": None, "say": None, "translate": None}


@cache
def sentences() -> set[str]:
    methods = [("**.py", "python"), ("**.jinja", "jinja2")]
    found = extract_from_dir(SOURCE, methods, keywords=KEYWORDS, directory_filter=_is_ours)
    return {str(entry[2]) for entry in found}


def _is_ours(folder: str) -> bool:
    """The desk has sentences of its own, which tests/desk/test_words.py holds."""
    return Path(folder).name != "desk"


@cache
def translations() -> dict[str, str]:
    with WORDS.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def values(sentence: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


def test_every_sentence_of_the_source_is_translated():
    sentences_in_source = sentences()
    assert len(sentences_in_source) > 100
    assert sorted(sentences_in_source - {one for one, spanish in translations().items() if spanish}) == []


def test_no_translation_is_left_over():
    assert sorted(set(translations()) - sentences()) == []


@pytest.mark.parametrize("sentence", sorted(translations()))
def test_a_translation_holds_the_same_values(sentence):
    assert set(values(translations()[sentence])) == set(values(sentence))


@pytest.mark.parametrize("sentence", sorted(translations()))
def test_a_translation_speaks_of_purchases_only_where_the_sentence_does(sentence):
    if re.search("compra", translations()[sentence], re.IGNORECASE):
        assert re.search("order|bought|buy|purchase", sentence, re.IGNORECASE)
