"""Recommendations on a list: words that name the product, and assignments that outcomes find."""

from datetime import timedelta

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.company.playbook import Playbook
from lealtad.recommending.selling_restrictions import count_declines
from lealtad.worklist import name_actions
from lealtad.worklist.messages import write_texts
from lealtad.worklist.outcomes import match_contacts
from lealtad.worklist.promises import compute_promises
from lealtad.worklist.recommended import join_list
from lealtad.worklist.stored_lists import INTERVENTIONS, LISTS, RECOMMENDATIONS, store_list
from tests.lakes import lake_of
from tests.worklist.nights import night
from tests.worklist.recommended.test_choice import build_playbook, choose, draw_offers


@pytest.fixture(scope="module")
def tonight():
    return night(300)


@pytest.fixture(scope="module")
def with_offers(tonight):
    """A list with recommendations."""
    offers = draw_offers(tonight).with_columns(
        times=pl.lit(3), days_since=pl.lit(20.4), interval_days=pl.lit(30.0)
    )
    offers = offers.with_columns(timing=pl.lit("due"), task=pl.lit("buy_again")).unique(
        ["customer_id", "task"], keep="first", maintain_order=True
    )
    playbook = build_playbook()
    decision, rows = choose(tonight, playbook, offers)
    return join_list(decision, rows, playbook)


def test_words_name_the_product_in_both_languages():
    team = pl.DataFrame({"suggested_action": ["call", "recommend:7"], "product": [None, "Tea {x}"]})
    assert name_actions(team, Playbook(), "en")["recommend:7"] == "Recommend Tea {x}"
    assert name_actions(team, Playbook(), "es")["recommend:7"] == "Recomendar Tea {x}"
    assert set(name_actions(team.drop("product"), Playbook(), "en")) == {one.name for one in Playbook().actions}


@pytest.mark.parametrize("code", ["en", "es"])
def test_texts_name_the_product_and_nothing_of_a_score(code):
    texts = write_texts(Playbook(), "recommend:7", None, code, "Ana Ruiz", "Coffee 4")
    for text in (texts.opening, texts.subject, texts.body):
        assert "Coffee 4" in text
        assert "{" not in text


def test_each_reason_is_in_the_language_of_who_reads_it(with_offers):
    _, recommended = with_offers
    english, spanish = (recommended.translate_reasons(Language.from_code(code)) for code in ("en", "es"))
    assert english["customer_id"].to_list() == recommended.listed["customer_id"].to_list()
    assert english["reason_1"].str.starts_with("Bought 3 times").all()
    assert not spanish["reason_1"].str.contains("Bought").any()


def test_settings_refuse_words_without_the_product():
    with pytest.raises(ValueError, match="product"):
        Playbook(recommend={"words": {"en": "Recommend it", "es": "Recomendar"}})


def test_assignments_are_kept_apart_and_outcomes_flow_back(with_offers, tonight, tmp_path):
    decision, recommended = with_offers
    people = tonight.candidates.select("customer_id")
    orders = people.select(
        "customer_id",
        order_id="customer_id",
        ordered_at=pl.lit(tonight.as_of - timedelta(days=1)),
        amount=pl.lit(1.0),
    )
    lake = lake_of(tmp_path / "lake", {"customers": people, "orders": orders})
    rows = decision.rows
    lake = store_list(lake, rows, compute_promises(rows), tonight.as_of, recommended=recommended.rows)
    assert lake.read(LISTS)["customer_id"].is_in(recommended.rows["customer_id"].implode()).sum() == 0
    kept = lake.read(RECOMMENDATIONS)
    assert kept.height == recommended.rows.height
    assigned = lake.read(INTERVENTIONS).filter(pl.col("campaign_id").str.starts_with("recommend-"))
    assert dict(assigned["arm"].value_counts().iter_rows()) == dict(kept["arm"].value_counts().iter_rows())
    assert assigned["action"].str.starts_with("recommend:").all()
    # the same list again changes nothing; one without recommendations takes them back
    again = store_list(lake, rows, compute_promises(rows), tonight.as_of, recommended=recommended.rows)
    assert again.read(RECOMMENDATIONS).height == kept.height

    first = recommended.listed.head(1)
    reported = first.select("list_id", "customer_id", row=pl.lit(2), outcome=pl.lit("declined"), contacted_on=None)
    matched = match_contacts(reported, lake, tonight.as_of + timedelta(days=1))
    assert matched.select("campaign_id", "action", "arm").row(0) == (
        first["campaign_id"][0],
        first["action"][0],
        "treated",
    )
    held = recommended.rows.filter(pl.col("arm") == "holdout").head(1)
    stranger = held.select("list_id", "customer_id", row=pl.lit(2), outcome=pl.lit("declined"), contacted_on=None)
    with pytest.raises(Exception, match="customers of a list"):
        match_contacts(stranger, lake, tonight.as_of + timedelta(days=1))


def test_declines_count_by_product(with_offers, tonight, tmp_path):
    _, recommended = with_offers
    contacts = recommended.listed.head(2).select(
        "customer_id", "campaign_id", "arm", "action", assigned_at="as_of", outcome=pl.lit("declined")
    )
    contacts = contacts.with_columns(contacted_at=pl.col("assigned_at"))
    lake = lake_of(
        tmp_path / "lake", {"customers": tonight.candidates.select("customer_id"), "interventions": contacts}
    )
    later = tonight.as_of + timedelta(days=2)
    declines = pl.concat([count_declines(lake, later, bucket) for bucket in lake.buckets])
    assert declines.sort("customer_id")["product_id"].to_list() == [
        action.split(":")[1] for action in contacts.sort("customer_id")["action"]
    ]
