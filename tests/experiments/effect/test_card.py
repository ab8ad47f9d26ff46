"""The model card says what the effect of each action rests on."""

import polars as pl

from lealtad.experiments.effect import Effect, Prior, summarize_actions
from lealtad.models.card.card import write_effect_section


def test_the_card_tells_the_share_that_campaigns_bring():
    row = {"action": "call", "basis": "mixed", "share": 0.62, "saved": 0.2, "saved_low": -0.1, "saved_high": 0.4}
    assert "| call | mixed | 62% | +0.20 (-0.10 to +0.40) |" in write_effect_section(pl.DataFrame([row]))


def test_without_a_campaign_the_card_says_that_the_priors_speak():
    assert "rests only on the playbook's priors" in write_effect_section(summarize_actions(Effect(Prior())))
