"""What happened at the desk becomes facts of the lake: once, and only when it can no longer be taken back."""

from datetime import timedelta

import polars as pl
import pytest

from tests.desk import company
from tests.desk.desks import find_card, pass_time

pytestmark = pytest.mark.usefixtures("night")


@pytest.fixture
def run(tmp_path):
    """A run directory of the same company, for facts to flow back to."""
    company.build_lake(tmp_path / "lake")
    (tmp_path / "desk").mkdir()
    return tmp_path


def act(person, customer, kind="outcome", **values):
    from lealtad.desk import acting

    return acting.act_on_card(person, find_card(customer).pk, acting.Act(kind, **values))


def collect_events(run):
    from lealtad.desk.feedback import take_events
    from lealtad.lake import Lake

    take_events(run)
    return Lake.open(run / "lake")


def interventions(lake, customer):
    return lake.read("interventions", where=pl.col("customer_id") == customer)


def test_an_outcome_corrects_the_assignment_and_is_a_touchpoint_of_the_company(people, run):
    event = act(people.rep, "c01", outcome="accepted", words="secret words")
    pass_time(minutes=11)
    lake = collect_events(run)
    [row] = interventions(lake, "c01").to_dicts()
    assert (row["arm"], row["outcome"], row["contacted_at"]) == ("treated", "accepted", event.at)
    assert row["assigned_at"] == company.AS_OF
    [contact] = lake.read("touchpoints", where=pl.col("touchpoint_id") == f"desk-{event.pk}").to_dicts()
    assert (contact["initiated_by"], contact["occurred_at"]) == ("company", event.at)


def test_what_can_still_be_taken_back_is_no_fact_yet(people, run):
    act(people.rep, "c01", outcome="accepted")
    pass_time(minutes=9)
    assert "outcome" not in collect_events(run).columns("interventions")
    pass_time(minutes=2)
    assert interventions(collect_events(run), "c01")["outcome"].to_list() == ["accepted"]


def test_what_was_taken_back_is_never_a_fact(people, run):
    from lealtad.desk import acting

    acting.undo(people.rep, act(people.rep, "c01", outcome="accepted").pk)
    pass_time(hours=1)
    assert "contacted_at" not in collect_events(run).columns("interventions")


def test_taking_again_changes_nothing(people, run):
    act(people.rep, "c01", outcome="accepted")
    act(people.rep, "c02", "override", code="know_customer", words="moved house")
    pass_time(hours=1)
    first = collect_events(run)
    assert collect_events(run).number == first.number
    pass_time(days=3)
    assert collect_events(run).number == first.number
    act(people.rep, "c03", outcome="declined")
    pass_time(hours=1)
    lake = collect_events(run)
    assert lake.read("overrides").height == 1
    assert lake.history("interventions", where=pl.col("customer_id") == "c01").height == 2


def test_an_override_arrives_with_its_reason(people, run):
    event = act(people.rep, "c02", "override", code="know_customer", words="moved house")
    pass_time(hours=1)
    [row] = collect_events(run).read("overrides").to_dicts()
    assert (row["list_id"], row["customer_id"], row["code"], row["words"], row["occurred_at"]) == (
        "night-1",
        "c02",
        "know_customer",
        "moved house",
        event.at,
    )


def test_a_night_that_dies_between_the_two_commits_loses_and_doubles_nothing(people, run, monkeypatch):
    from lealtad.desk import feedback

    act(people.rep, "c01", outcome="accepted")
    act(people.rep, "c02", "override", code="know_customer", words="moved house")
    pass_time(hours=1)
    with monkeypatch.context() as broken:
        broken.setattr(feedback, "start_draft", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            collect_events(run)
    lake = collect_events(run)
    assert lake.read("overrides").height == 1
    assert lake.read("touchpoints", where=pl.col("touchpoint_id").str.starts_with("desk-")).height == 1


def test_a_contact_beyond_the_list_of_a_held_out_customer_is_contamination(people, run):
    """The desk does not know the holdout; the lake counts the contact against it."""
    from lealtad.desk import acting
    from lealtad.examples.outcomes.treatment import is_contacted_within

    acting.contact_beyond_list(people.rep, company.HELD_OUT, acting.Act("outcome", outcome="accepted"))
    pass_time(hours=1)
    lake = collect_events(run)
    rows = pl.DataFrame({"customer_id": [company.HELD_OUT, company.UNLISTED], "as_of": [company.AS_OF] * 2})
    contacted = is_contacted_within(rows, lake.read("interventions"), 28)
    assert contacted.to_list() == [True, False]
    assert set(interventions(lake, company.HELD_OUT)["arm"]) == {"holdout", "treated"}


def test_an_opt_out_at_the_desk_is_one_for_the_next_list(people, run):
    from lealtad.worklist.bucket_snapshot import BucketSnapshot

    act(people.rep, "c01", outcome="do_not_contact")
    pass_time(hours=1)
    lake = collect_events(run)
    bucket = int(lake.bucket_of(pl.Series(["c01"]))[0])
    refusals = BucketSnapshot(lake, bucket, company.AS_OF + timedelta(days=1))._read_refusals()
    assert refusals["customer_id"].to_list() == ["c01"]


def test_the_desk_sees_its_contact_once(people, run):
    from lealtad.desk.lake_customer import read_customer

    act(people.rep, "c01", outcome="accepted")
    pass_time(hours=1)
    facts = read_customer(collect_events(run), "c01").facts
    assert [fact.kind for fact in facts].count("contact") == 1
    assert all(fact.title != "retention_contact" for fact in facts)


def test_the_night_takes_the_events_first_and_delivers_its_list_last(people, run):
    """The two steps that `lealtad nightly` does in a run directory with a desk, and leaves out in any other."""
    from lealtad.base.language import Language
    from lealtad.jobs.desk import deliver_to_desk, take_desk_events
    from lealtad.lake import Lake
    from tests.worklist.example_list import team

    act(people.rep, "c01", outcome="accepted")
    pass_time(hours=1)
    before = Lake.open(run / "lake").number
    take_desk_events(run)
    deliver_to_desk(run)
    assert Lake.open(run / "lake").number == before
    (run / "desk" / "secret_key").write_text("x")
    rows = team(Language.from_code("en"), ["c01", company.UNLISTED])
    rows = rows.with_columns(as_of=pl.lit(company.AS_OF + timedelta(days=1)), list_id=pl.lit("night-2"))
    rows.write_parquet(run / "worklist.parquet")
    take_desk_events(run)
    deliver_to_desk(run)
    assert interventions(Lake.open(run / "lake"), "c01")["outcome"].to_list() == ["accepted"]
    assert find_card(company.UNLISTED).night.list_id == "night-2"
    assert (run / "desk" / "customers.arrow").is_file()
