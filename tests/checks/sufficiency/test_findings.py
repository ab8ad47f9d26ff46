"""Each fault is found where it is, by its code and its numbers; a clean company has none."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.checks.sufficiency import tabulate_findings
from lealtad.checks.sufficiency.absence import find_absences
from lealtad.checks.sufficiency.finding_text import LEVELS
from lealtad.checks.sufficiency.history import find_history_faults
from lealtad.checks.sufficiency.meaning import find_meaning_faults
from lealtad.checks.sufficiency.priorities import find_priority_faults
from lealtad.checks.sufficiency.report import LOOKS
from lealtad.checks.sufficiency.sentences import SENTENCES
from lealtad.company.settings import Settings
from tests.checks.sufficiency.conftest import NOW, customers, evidence_of, orders

# what absent tables cost is told elsewhere
HERE = [look for look in LOOKS if look is not find_absences]


def list_findings(evidence):
    return {(one.table, one.column, one.code): one.values for look in HERE for one in look(evidence)}


def test_a_clean_company_has_nothing_but_the_advice_on_recorded_at(clean):
    assert list(list_findings(clean)) == [("orders", "recorded_at", "no_recorded_at")]


def test_rejected_rows_are_told_by_rule_with_the_form_of_their_values_and_no_value():
    bad = orders().with_columns(
        ordered_at=pl.when(pl.col("order_id") == "o7-0")
        .then(pl.lit("31/12/2025"))
        .otherwise(pl.col("ordered_at").dt.strftime("%Y-%m-%d %H:%M"))
    )
    findings = list_findings(evidence_of(customers=customers(), orders=bad))
    values = findings["orders", "ordered_at", "unreadable"]
    assert (values["n"], values["rows"], values["forms"], values["row"]) == (1, 120, "'dd/dd/dddd'", 14)


def test_values_that_nobody_mapped_are_listed():
    contacts = pl.DataFrame(
        {
            "touchpoint_id": ["1", "2", "3"],
            "customer_id": ["c1", "c2", "c3"],
            "occurred_at": ["2026-01-01T10:00"] * 3,
            "stage": ["service", "Soporte", "Soporte"],
            "channel": "web",
            "touchpoint": "help",
            "initiated_by": "customer",
        }
    )
    findings = list_findings(evidence_of(customers=customers(), touchpoints=contacts))
    assert findings["touchpoints", "stage", "unmapped"]["found"] == "'Soporte'"
    assert findings["touchpoints", "", "too_many_rejected"]["part"] == pytest.approx(2 / 3)


def test_strangers_and_repeated_keys():
    twice = pl.concat([orders(), orders().head(3).with_columns(amount=pl.lit(99.0))])
    findings = list_findings(evidence_of(customers=customers(29), orders=twice))
    assert findings["orders", "", "repeated_key"]["n"] == 3
    assert findings["orders", "customer_id", "unknown_customer"]["n"] == 4


def test_a_table_of_which_nobody_is_known():
    others = orders().with_columns(customer_id="x" + pl.col("customer_id"))
    assert ("orders", "customer_id", "no_customer_matches") in list_findings(
        evidence_of(customers=customers(), orders=others)
    )


def test_empty_missing_and_constant_columns():
    rows = orders().with_columns(
        margin=pl.lit(None, pl.Float64),
        items=pl.when(pl.int_range(pl.len()) % 4 == 0).then(pl.int_range(pl.len())),
        discount=pl.lit(1.0),
    )
    findings = list_findings(evidence_of(customers=customers(), orders=rows))
    assert findings["orders", "items", "mostly_missing"]["part"] == pytest.approx(0.75)
    assert ("orders", "margin", "empty_column") in findings
    assert ("orders", "discount", "constant") in findings


def test_midnights_are_judged_by_the_clock_of_the_source(clean):
    at_ten = clean.tables["orders"]
    midnight = at_ten.with_columns(pl.col("ordered_at").dt.truncate("1d"))
    in_madrid = at_ten.with_columns(
        ordered_at=pl.col("ordered_at").dt.truncate("1d") - pl.duration(hours=1),
        source_zone=pl.lit("Europe/Madrid"),
    )
    for rows, is_found in ((at_ten, False), (midnight, True), (in_madrid, True)):
        evidence = evidence_of(customers=customers(), orders=orders())
        evidence = type(evidence)({**clean.tables, "orders": rows}, clean.rejected, clean.rows_in, NOW)
        assert (("orders", "ordered_at", "no_time_of_day") in list_findings(evidence)) is is_found


def test_the_future_begins_at_the_moment_of_the_check():
    findings = list_findings(evidence_of(NOW - timedelta(days=10), customers=customers(), orders=orders()))
    assert findings["orders", "ordered_at", "future"]["n"] == 20


def test_lateness_is_told_where_it_is_recorded():
    late = orders().with_columns(recorded_at=pl.col("ordered_at") + pl.duration(days=3))
    values = list_findings(evidence_of(customers=customers(), orders=late))["orders", "recorded_at", "lateness"]
    assert (values["late"], values["half"], values["latest"]) == (1.0, "3 d", "3 d")


def test_a_silence_that_stands_out_is_told_and_weekends_are_not():
    at = pl.col("ordered_at")
    weekdays = orders(90).filter(at.dt.weekday() < 6)
    assert not list(find_history_faults(evidence_of(customers=customers(), orders=weekdays)))
    gap = weekdays.filter((at < NOW - timedelta(days=40)) | (at >= NOW - timedelta(days=25)))
    (finding,) = find_history_faults(evidence_of(customers=customers(), orders=gap))
    assert (finding.code, finding.values["usual"]) == ("gap", 2)
    assert finding.values["days"] >= 15


def test_a_lasting_change_of_volume_is_told():
    few, many = orders(90, 4, NOW - timedelta(days=90)), orders(90, 20)
    rows = pl.concat([few.with_columns(order_id="a" + pl.col("order_id")), many])
    (finding,) = find_history_faults(evidence_of(customers=customers(), orders=rows))
    assert (finding.code, finding.values["before"], finding.values["after"]) == ("volume_change", 28, 140)
    assert not list(find_history_faults(evidence_of(customers=customers(), orders=orders(180, 20))))


def test_customers_without_facts_and_attributes_without_a_date():
    rows = customers(40).with_columns(attr_plan=pl.int_range(pl.len()).cast(pl.String))
    findings = list_findings(evidence_of(customers=rows, orders=orders()))
    assert findings["customers", "customer_id", "without_facts"]["n"] == 10
    assert findings["customers", "valid_from", "attributes_always_known"]["n"] == 1


def test_a_look_at_a_part_of_the_customers_says_so(clean):
    values = list_findings(replace(clean, part=0.25))["", "", "sampled"]
    assert values == {"part": 0.25}


def test_returns_are_counted_and_unmarked_ones_too():
    rows = orders().with_columns(
        amount=pl.when(pl.int_range(pl.len()) < 12).then(-5.0).otherwise(pl.col("amount")),
        is_return=pl.int_range(pl.len()) < 6,
    )
    findings = list_findings(evidence_of(customers=customers(), orders=rows))
    assert findings["orders", "is_return", "returns"]["n"] == 6
    assert findings["orders", "amount", "negative_no_return"]["n"] == 6


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        (pl.lit(-5.0), None),
        (pl.lit(5.0), "returns_positive"),
        (pl.lit(5.0) * (-1) ** pl.int_range(6), "returns_of_mixed_sign"),
    ],
)
def test_the_sign_of_returns_is_told_where_it_is_not_negative(sign, code):
    rows = orders().head(6).with_columns(amount=sign, is_return=pl.lit(value=True))
    codes = {one.code for one in find_meaning_faults(evidence_of(customers=customers(), orders=rows))}
    assert codes & {"returns_positive", "returns_of_mixed_sign"} == ({code} if code else set())


def test_mixed_scales_and_answers_of_all():
    surveys = pl.DataFrame(
        {
            "survey_id": [str(i) for i in range(30)],
            "customer_id": [f"c{i}" for i in range(30)],
            "metric": "csat",
            "kind": "relational",
            "sent_at": NOW - timedelta(days=9),
            "answered_at": NOW - timedelta(days=8),
            "score": 3.0,
            "scale_min": 1,
            "scale_max": [5, 7] * 15,
        }
    )
    findings = list_findings(evidence_of(customers=customers(), surveys=surveys))
    assert findings["surveys", "scale_max", "scales_mixed"]["scales"] == "1–5, 1–7"
    assert ("surveys", "answered_at", "everyone_answers") in findings


def effort(**more):
    return pl.DataFrame(
        {
            "survey_id": ["1", "2", "3"],
            "customer_id": ["c1", "c2", "c3"],
            "metric": ["ces", "ces", "nps"],
            "kind": "transactional",
            "sent_at": NOW - timedelta(days=9),
            "answered_at": NOW - timedelta(days=8),
            "score": 3.0,
            "scale_min": 1,
            "scale_max": 7,
            **more,
        }
    )


@pytest.mark.parametrize(
    ("more", "n"),
    [({}, 2), ({"higher_is_easier": [True, None, None]}, 1), ({"higher_is_easier": [True, False, None]}, None)],
)
def test_answers_on_effort_that_say_no_direction(more, n):
    findings = list_findings(evidence_of(customers=customers(), surveys=effort(**more)))
    assert findings.get(("surveys", "higher_is_easier", "ces_undirected"), {}).get("n") == n


def test_tickets_nobody_solved_or_answered():
    events = pl.DataFrame(
        {
            "ticket_id": ["a", "b"],
            "customer_id": ["c1", "c2"],
            "occurred_at": [NOW - timedelta(days=2)] * 2,
            "event": ["created", "customer_reply"],
        }
    )
    codes = {code for _, _, code in list_findings(evidence_of(customers=customers(), ticket_events=events))}
    assert {"never_solved", "never_replied"} <= codes


def tickets_of(*priorities):
    return pl.DataFrame(
        {
            "ticket_id": [f"t{i}" for i in range(len(priorities))],
            "customer_id": "c1",
            "occurred_at": NOW - timedelta(days=2),
            "event": "created",
            "priority": priorities,
        }
    )


@pytest.mark.parametrize(
    ("priorities", "codes"),
    [
        (["low", "high", None], set()),
        (["low", "normal"], set()),
        (["Baja", "Alta", "Urgente"], {"priority_without_sla", "no_complaint_priority"}),
        (["normal", "high", "Alta"], {"priority_without_sla"}),
        ([None, None], set()),
    ],
)
def test_priorities_that_the_settings_do_not_know_are_told(priorities, codes):
    settings = Settings(sla={"low": 16, "normal": 8, "high": 4, "urgent": 2})
    plain = evidence_of(customers=customers(), ticket_events=tickets_of(*priorities))
    assert {one.code for one in find_priority_faults(replace(plain, settings=settings))} == codes
    # who promises nothing breaks no promise
    assert {one.code for one in find_priority_faults(plain)} == codes - {"priority_without_sla"}


def test_tickets_and_not_their_events_are_counted():
    twice = tickets_of("Alta", "low")
    twice = pl.concat([twice, twice.with_columns(event=pl.lit("solved"))])
    plain = evidence_of(customers=customers(), ticket_events=twice)
    (one,) = find_priority_faults(
        replace(plain, settings=Settings(sla={"low": 16}, worklist={"complaint_priorities": ["low"]}))
    )
    assert (one.values["n"], one.values["rows"], one.values["found"]) == (1, 2, "'Alta'")


def test_findings_are_a_tidy_frame_the_worst_first(clean):
    late = evidence_of(NOW - timedelta(days=10), customers=customers(20), orders=orders())
    frame = tabulate_findings([one for look in HERE for one in look(late)], Language.from_code("en"))
    assert frame.columns == ["table", "column", "level", "code", "finding", "fix"]
    levels = frame.filter(pl.col("table") == "orders")["level"].to_list()
    assert levels == sorted(levels, key=LEVELS.index)
    assert frame["finding"].str.contains("{", literal=True).sum() == 0


def test_every_code_has_a_level_that_is_one():
    assert {sentence.level for sentence in SENTENCES.values()} == set(LEVELS)
