"""Whatever people do in whatever order: a card's columns are the fold of its events."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk import company
from tests.desk.desks import deliver, pass_time

WHO = st.sampled_from(["rep", "other", "lead"])
STEPS = st.one_of(
    st.tuples(st.just("claim"), WHO),
    st.tuples(st.just("release"), WHO),
    st.tuples(st.just("assign"), WHO),
    st.tuples(st.sampled_from(["accepted", "promised", "not_reached", "do_not_contact"]), WHO),
    st.tuples(st.sampled_from(["other_action", "other_date", "know_customer", "snoozed"]), WHO),
    st.tuples(st.just("undo"), WHO),
    st.tuples(st.just("wait"), st.sampled_from([0.1, 5.0, 30.0])),
    st.tuples(st.just("night"), st.booleans()),
)


@pytest.mark.slow
@given(steps=st.lists(STEPS, min_size=1, max_size=14))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_columns_of_a_card_are_the_fold_of_its_events(people, steps):
    from django.conf import settings as desk
    from django.db import transaction

    from lealtad.desk.events import RefusalError, StaleError
    from lealtad.desk.fold import fold_events
    from lealtad.desk.models import Card, Event

    shift = desk.DESK_CLOCK_SHIFT
    with transaction.atomic():
        deliver(customers=["c01"])
        for number, step in enumerate(steps):
            try:
                with transaction.atomic():
                    take_step(people, number, *step)
            except (RefusalError, StaleError):
                pass
            for card in Card.objects.select_related("night"):
                state = fold_events(Event.objects.filter(card=card))
                assert (card.status, card.claimed_by_id, card.claimed_until, card.outcome, card.next_at) == (
                    state.status,
                    state.claimed_by_id,
                    state.claimed_until,
                    state.outcome,
                    state.next_at,
                )
                assert card.action == (state.action or card.suggested_action)
        transaction.set_rollback(True)
    desk.DESK_CLOCK_SHIFT = shift


def take_step(people, number, name, who):  # noqa: C901 - a branch per step
    from lealtad.desk import acting, claims, clock
    from lealtad.desk.models import Card, Event

    if name == "wait":
        pass_time(hours=who)
        return
    if name == "night":
        deliver(list_id=f"later-{number}", days=number + 1, customers=["c01"] if who else ["c02"])
        return
    person, card = getattr(people, who), Card.objects.order_by("-id").first()
    until = clock.now() + timedelta(days=2)
    if name == "claim":
        claims.claim(person, card.pk)
    elif name == "release":
        claims.release(person, card.pk)
    elif name == "assign":
        claims.assign(people.lead, card.pk, person)
    elif name == "undo":
        event = Event.objects.filter(person=person, kind__in=["outcome", "override", "snoozed"]).last()
        if event:
            acting.undo(person, event.pk)
    elif name in {"other_action", "other_date", "know_customer"}:
        acting.act_on_card(
            person, card.pk, acting.Act("override", code=name, action="offer", words="x", until=until)
        )
    elif name == "snoozed":
        acting.act_on_card(person, card.pk, acting.Act("snoozed", words="x", until=until))
    else:
        acting.act_on_card(person, card.pk, acting.Act("outcome", outcome=name, until=until))


def test_the_example_is_open(night):
    from lealtad.desk.models import Card

    assert set(Card.objects.values_list("status", flat=True)) == {"open"}
    assert sorted(Card.objects.values_list("customer_id", flat=True)) == company.LISTED
