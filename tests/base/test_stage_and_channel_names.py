"""A stage has one name, wherever it is told."""

import pytest

from lealtad.base.language import LANGUAGES, Language
from lealtad.base.stage_and_channel_names import translate_name
from lealtad.experience.journey.wording import name_stage
from lealtad.sources.contract.tables import STAGES


@pytest.mark.parametrize("code", LANGUAGES)
def test_reasons_and_journey_map_name_the_stages_alike(code):
    language = Language.from_code(code)
    assert [translate_name(one, code) for one in STAGES] == [name_stage(one, language).lower() for one in STAGES]
