"""What a list is made of is what was known on its night."""

from datetime import timedelta

import polars as pl

from lealtad.company.model_definition import ModelDefinition
from lealtad.company.playbook import Playbook
from lealtad.lake import commit_tables
from lealtad.lake.timeline import find_end_of_data
from lealtad.worklist import gather_night
from tests.companies import INSTANT, at
from tests.lakes import lake_of

NOBODY = pl.DataFrame(
    schema={"customer_id": pl.String, "promoter_probability": pl.Float64, "promoter_basis": pl.String}
)


def scores_at(moment, ids):
    return pl.DataFrame({"customer_id": ids}).with_columns(
        as_of=pl.lit(moment).cast(INSTANT),
        model=pl.lit("churn"),
        probability=pl.lit(0.5),
        low=pl.lit(0.4),
        high=pl.lit(0.6),
        missing=pl.lit(None, pl.String),
        model_version=pl.lit("churn/1"),
    )


def night(lake, moment, ids):
    features = scores_at(moment, ids).select("customer_id", "as_of", days_since_company_contact=pl.lit(2.0))
    lake = commit_tables(lake, {"features": features})
    return gather_night(lake, ModelDefinition(name="churn"), scores_at(moment, ids), NOBODY, Playbook())


def test_a_customer_with_versions_is_there_once_as_described_on_the_night(company, tmp_path):
    ids = [f"c{i:02d}" for i in range(60)]
    versions = pl.DataFrame(
        {
            "customer_id": ids * 3,
            "segment": ["first"] * 60 + ["second"] * 60 + ["later"] * 60,
            "consent_contact": [True] * 60 + [False] * 60 + [True] * 60,
            "valid_from": pl.Series([at(0)] * 60 + [at(48)] * 60 + [at(24 * 400)] * 60, dtype=INSTANT),
        }
    )
    lake = lake_of(tmp_path / "lake", {"customers": versions})
    lake = commit_tables(lake, {name: company[name] for name in ("orders", "touchpoints")})
    found = night(lake, find_end_of_data(lake), ids).candidates
    assert found["customer_id"].to_list() == ids
    assert set(found["segment"]) == {"second"}
    assert not found["consent_contact"].any()
    assert set(found["last_contact_at"]) == {find_end_of_data(lake) - timedelta(days=2)}


def test_a_contact_or_complaint_of_later_is_not_known_yet(company, tmp_path):
    moment = at(24 * 100)
    met = pl.DataFrame(
        {
            "customer_id": ["c00", "c01"],
            "campaign_id": ["x", "x"],
            "assigned_at": [at(24 * 90), at(24 * 90)],
            "arm": ["treated", "treated"],
            "action": ["call", "call"],
            "contacted_at": [at(24 * 99), at(24 * 101)],
            "known_at": [at(24 * 99), at(24 * 101)],
        }
    )
    heard = pl.DataFrame(
        {
            "ticket_id": ["k0", "k1"],
            "customer_id": ["c02", "c03"],
            "occurred_at": [at(24 * 98), at(24 * 102)],
            "event": ["created", "created"],
            "priority": ["urgent", "urgent"],
            "known_at": [at(24 * 98), at(24 * 102)],
        }
    )
    lake = lake_of(tmp_path / "lake", {"customers": pl.DataFrame({"customer_id": ["c00", "c01", "c02", "c03"]})})
    lake = commit_tables(lake, {"orders": company["orders"], "interventions": met, "ticket_events": heard})
    tonight = night(lake, moment, ["c00", "c01", "c02", "c03"])
    contacted = tonight.candidates.drop_nulls("campaign_contact_at")["customer_id"].to_list()
    assert (contacted, tonight.contacts["customer_id"].to_list()) == (["c00"], ["c00"])
    assert tonight.candidates.filter("open_complaint")["customer_id"].to_list() == ["c02"]


def test_who_told_a_campaign_not_to_contact_them_refuses_until_they_consent_anew(company, tmp_path):
    words = ["no llamar", "do_not_contact", "declined", "not_reached", "no llamar"]
    ids = [f"c{i:02d}" for i in range(5)]
    met = pl.DataFrame(
        {
            "customer_id": ids,
            "campaign_id": ["x"] * 5,
            "assigned_at": [at(24 * 90)] * 5,
            "arm": ["treated"] * 5,
            "contacted_at": [at(24 * 91)] * 4 + [at(24 * 101)],
            "outcome": words,
        }
    )
    # the second one says yes again, a week after the call
    customers = pl.DataFrame(
        {
            "customer_id": [*ids, "c01"],
            "consent_contact": [True] * 6,
            "valid_from": pl.Series([at(0)] * 5 + [at(24 * 98)], dtype=INSTANT),
        }
    )
    lake = lake_of(tmp_path / "lake", {"customers": customers, "interventions": met})
    tonight = night(commit_tables(lake, {"orders": company["orders"]}), at(24 * 100), ids)
    assert tonight.candidates["consent_contact"].to_list() == [False, True, True, True, True]
    # nobody was reached: no contact, and no cooling off
    assert tonight.contacts["customer_id"].to_list() == ["c00", "c01", "c02"]
    assert tonight.candidates.filter(pl.col("campaign_contact_at").is_null())["customer_id"].to_list() == ids[3:]
