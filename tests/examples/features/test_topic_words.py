"""Every topic of the catalog has a word in Spanish, and every word a topic."""

from lealtad.examples.features import CATALOG
from lealtad.examples.features.topic_words import _SPANISH


def test_the_words_are_those_of_the_topics_of_the_catalog():
    assert sorted(_SPANISH) == sorted({one.about for one in CATALOG})
