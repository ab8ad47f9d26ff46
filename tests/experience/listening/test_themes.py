"""The taxonomy: its examples, its hash, and files that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lealtad.base.errors import SettingsError
from lealtad.experience.listening import Taxonomy

if TYPE_CHECKING:
    from pathlib import Path

MINE = """
version = 3
[[themes]]
code = "parking"
words = { en = "parking", es = "el aparcamiento" }
en = ["parking"]
es = ["aparca"]
examples = { en = ["Parking was full."], es = ["No pude aparcar."] }
"""


def test_the_starter_covers_three_industries_in_both_languages(taxonomy: Taxonomy):
    assert len(taxonomy.codes) >= 20
    for industry in ("telecom", "retail", "subscription"):
        assert len(taxonomy.select(industry).codes) >= 12
    for theme in taxonomy.themes:
        assert theme.en
        assert theme.es
        assert theme.examples.en
        assert theme.examples.es


@pytest.mark.parametrize(
    ("sentence", "language", "codes"),
    [
        ("Tardaron tres semanas en contestar a la reclamación.", "es", {"wait"}),
        ("I waited two hours on hold and the agent was rude.", "en", {"wait", "staff"}),
        ("El técnico no vino y nadie me avisó.", "es", {"engineer", "communication"}),
        ("Way too expensive for what it is.", "en", {"price"}),
        ("The window is blue.", "en", set()),
        ("Me voy a otra compañía en cuanto acabe la permanencia.", "es", {"leaving"}),
        ("", None, set()),
    ],
)
def test_sentences_have_their_themes(taxonomy: Taxonomy, sentence, language, codes):
    assert set(taxonomy.find(sentence, language)) == codes


def test_the_hash_follows_the_patterns_and_nothing_else(tmp_path: Path):
    file = tmp_path / "themes.toml"
    file.write_text(MINE)
    one = Taxonomy.read(file)
    file.write_text(MINE.replace('en = "parking"', 'en = "the car park"'))
    renamed = Taxonomy.read(file)
    file.write_text(MINE.replace('["aparca"]', '["aparca", "parking"]'))
    assert one.fingerprint == renamed.fingerprint != Taxonomy.read(file).fingerprint
    assert renamed.name("parking", "en") == "the car park"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version = 3", "version = 3\nversions = 1", "Did you mean 'version'"),
        ('["aparca"]', '["apar("]', "regular expression"),
        ('["aparca"]', '["x*"]', "at least a letter"),
        ('["aparca"]', '["garaje"]', "no es pattern finds its example"),
        ("version = 3", "version = 0", "greater than or equal"),
    ],
)
def test_a_file_that_cannot_be_ends_in_one_sentence(tmp_path: Path, old: str, new: str, message: str):
    file = tmp_path / "themes.toml"
    file.write_text(MINE.replace(old, new))
    with pytest.raises(SettingsError, match=message):
        Taxonomy.read(file)


def test_a_code_that_comes_twice_is_refused(tmp_path: Path):
    file = tmp_path / "themes.toml"
    file.write_text(MINE + MINE.replace("version = 3", ""))
    with pytest.raises(SettingsError, match="each code once"):
        Taxonomy.read(file)
