"""The text files of both languages speak of the catalog's features and topics, and of no others."""

import pytest

from lealtad.examples.features import CATALOG
from lealtad.examples.features.sentences import LANGUAGES, read_sentences


def test_the_words_are_those_of_the_topics_of_the_catalog():
    assert sorted(read_sentences("es")["topics"]) == sorted({one.about for one in CATALOG})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_belongs_to_a_feature(language):
    written = {
        (family, name)
        for family, sentences in read_sentences(language).items()
        if family not in ("topics", "strengths", "list")
        for name in sentences
    }
    assert written == {(one.family, one.name) for one in CATALOG if one.says[language]}


def test_a_feature_of_the_company_brings_its_own_sentences():
    from lealtad.examples.features import feature
    from lealtad.examples.features.units import TICKETS

    def tickets(facts):
        """Tickets so far (count)."""
        return facts.count()

    tickets.__module__ = "acme.tickets"
    own = feature(
        source="tickets_opened", unit=TICKETS, about="tickets", en="Opened {value}.", es="Abrió {value}."
    )
    assert own(tickets).says == {"en": "Opened {value}.", "es": "Abrió {value}."}
