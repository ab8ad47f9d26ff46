"""Journey and channels, by hand."""

import math

import pytest

from lealtad.examples.features import CompanyProfile, compute_features, find_available
from lealtad.examples.features.families import channels
from tests.companies import at
from tests.examples.features.tiny_company import compute_values, table


def contact(day, stage="service", channel="phone", touchpoint="call", by="customer", **more):
    return {
        "occurred_at": day,
        "stage": stage,
        "channel": channel,
        "touchpoint": touchpoint,
        "initiated_by": by,
        **more,
    }


def journey(*contacts):
    return {"touchpoints": table("touchpoints", *contacts)}


def test_entries_skips_regressions_and_the_furthest_stage():
    walked = journey(
        contact(1, "awareness"),
        contact(2, "purchase"),  # entered, skipping consideration
        contact(4, "purchase"),
        contact(9, "consideration"),  # fell back
    )
    entries, skips, back, furthest, now = compute_values(
        walked,
        (3, 10),
        *("stage_entries_91d", "stage_skips_364d", "stage_regressions_91d", "furthest_stage", "current_stage"),
    )
    assert (entries, skips, back) == ([2, 3], [1, 1], [0, 1])
    assert (furthest, now) == ([2, 2], [2, 1])


def test_time_in_a_stage_and_time_without_progress():
    walked = journey(
        contact(1, "awareness"), contact(3, "purchase"), contact(7, "awareness"), contact(8, "awareness")
    )
    dwell, here, progress = compute_values(
        walked, (10,), "usual_dwell_364d", "days_in_stage", "days_since_progress"
    )
    assert dwell == [3.0], "2 days in awareness, 4 in purchase"
    assert (here, progress) == ([3.0], [7.0])


def test_what_the_company_sends_is_no_step_of_the_customer():
    sent = journey(contact(1, "purchase"), contact(2, "advocacy", by="company"))
    furthest, share, unanswered = compute_values(
        sent, (3,), "furthest_stage", "own_share_91d", "unanswered_contacts"
    )
    assert (furthest, share, unanswered) == ([2], [0.5], [1])


def test_contacts_since_the_last_purchase_are_the_drop_off():
    walked = journey(contact(1, "purchase"), contact(2, "consideration"), contact(3, "consideration"))
    assert compute_values(walked, (4,), "contacts_since_purchase") == [[2]]


def test_a_contact_known_late_changes_nothing_of_what_was_told_before():
    late = journey(contact(1, "awareness"), contact(5, "purchase"), contact(3, "advocacy", known=8))
    furthest, entries = compute_values(late, (6, 9), "furthest_stage", "stage_entries_91d")
    assert (furthest, entries) == ([2, 5], [2, 3])


def test_nobody_owns():
    assert compute_values(
        journey(contact(1, owner=None), contact(2, owner="sales")), (3,), "unowned_share_91d"
    ) == [[0.5]]


def test_the_first_month_counts_from_becoming_a_customer():
    walked = journey(contact(1), contact(12), contact(50))
    walked["customers"] = table("customers", {"valid_from": 10, "became_customer_at": 10, "known": 10})
    assert compute_values(walked, (11, 13, 60), "first_month_contacts") == [[0, 1, 1]]


def test_channels_shares_entropy_and_switches():
    used = journey(contact(1, channel="web"), contact(2, channel="Phone"), contact(30, channel="fax"))
    web, phone, entropy, kinds, switches = compute_values(
        used,
        (31,),
        "web_share_182d",
        "phone_share_182d",
        "channel_entropy_91d",
        "channels_used_91d",
        "channel_switches_91d",
    )
    assert (web[0], phone[0]) == pytest.approx((1 / 3, 1 / 3), rel=1e-6)
    assert entropy[0] == pytest.approx(math.log2(3), rel=1e-6)
    assert (kinds, switches) == ([3], [1]), "the third came 28 days after the second"


def test_repeat_contact_and_self_service_before_contact():
    asked = journey(
        contact(1.0, touchpoint="knowledge_base", channel="web"),
        contact(1.5),
        contact(5.0),
        contact(20.0),
    )
    again, share, alone, before = compute_values(
        asked,
        (21,),
        "repeat_contacts_91d",
        "repeat_share_364d",
        "self_service_91d",
        "self_service_before_contact_91d",
    )
    assert (again, share, alone, before) == ([2], [0.5], [1], [1])


def knowledge_base_visit(day, outcome, **more):
    return contact(day, touchpoint="knowledge_base", channel="web", outcome=outcome, **more)


TRIED = journey(
    knowledge_base_visit(0.0, "not_found"),
    knowledge_base_visit(28.0, "Not_Found"),
    knowledge_base_visit(30.0, "found"),
    knowledge_base_visit(40.0, None),
    contact(50.0, outcome="abandoned"),
    contact(54.0, outcome="no_answer", by="company"),
    knowledge_base_visit(55.0, "not_found", by="company"),
)


def test_contacts_that_failed_the_customer_are_those_with_a_declared_outcome():
    share, month, quarter = compute_values(
        TRIED, (29, 56), "failed_share_91d", "failed_self_service_28d", "failed_self_service_91d"
    )
    assert share == pytest.approx([1.0, 3 / 5], rel=1e-6), "of its own; an unknown outcome is none that failed"
    assert (month, quarter) == ([1, 1], [2, 2])


def test_failed_self_service_fades_by_half_every_window():
    fast, slow = compute_values(TRIED, (56,), "recent_failed_self_service_28d", "recent_failed_self_service_56d")
    assert fast == pytest.approx([1 / 4 + 1 / 2], rel=1e-6)
    assert slow == pytest.approx([1 / 2 + 1 / 2**0.5], rel=1e-6)


def test_a_company_declares_how_contacts_fail():
    def share(*failed):
        built = compute_features(
            TRIED, [at(24 * 56)], [channels.failed_share], CompanyProfile(failed_outcomes=failed)
        )
        return built["failed_share_91d"].to_list()

    assert share("Found") == pytest.approx([1 / 5], rel=1e-6)
    assert share() == [0.0]
    assert CompanyProfile(failed_outcomes=("found",)).fingerprint != CompanyProfile().fingerprint


def test_without_outcomes_no_contact_is_said_to_have_failed():
    unknown = journey(knowledge_base_visit(1.0, None), knowledge_base_visit(2.0, None))
    assert compute_values(unknown, (3,), "failed_share_91d", "failed_self_service_91d") == [[0.0], [0.0]]
    without = {"touchpoints": set(unknown["touchpoints"].columns) - {"outcome"}}
    told_of = {one.name for one in find_available(without, [channels.self_service, channels.failed_self_service])}
    assert told_of == {"self_service"}
