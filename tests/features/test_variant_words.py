"""A stage has one name, wherever it is told."""

import pytest

from lealtad.contract.tables import STAGES
from lealtad.features.variant_words import spoken
from lealtad.journey.wording import stage_name
from lealtad.language import LANGUAGES, Language


@pytest.mark.parametrize("code", LANGUAGES)
def test_reasons_and_journey_map_name_the_stages_alike(code):
    language = Language.named(code)
    assert [spoken(one, code) for one in STAGES] == [stage_name(one, language).lower() for one in STAGES]
