"""No reason repeats through a list, unless it is what matters most to those customers."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lealtad.worklist.reasons import REASONS, choose_for_list
from lealtad.worklist.reasons.causes import find_kind

CAUSES = ("silence", "channels", "price", "open_case", "slow_service", "cancelling", "contract")
_cards = st.lists(st.lists(st.sampled_from(CAUSES), unique=True, max_size=6), max_size=30)


@given(_cards)
def test_the_first_cause_is_always_shown_and_others_on_a_third_of_the_cards_at_most(cards):
    shown = choose_for_list(cards)
    counts, firsts = Counter(), Counter()
    for own, places in zip(cards, shown, strict=True):
        assert places[:1] == ([0] if own else [])
        assert len(places) <= REASONS
        assert places == sorted(set(places))
        kinds = [find_kind(own[place]) for place in places]
        assert len(set(kinds)) == len(kinds)
        counts.update(own[place] for place in places)
        firsts.update(own[:1])
    for cause, count in counts.items():
        assert count <= max(len(cards) / 3, firsts[cause])


@given(_cards.filter(any))
def test_what_the_action_answers_is_shown(cards):
    needed = [own[-1] if own else None for own in cards]
    shown = choose_for_list(cards, needed)
    for own, places, need in zip(cards, shown, needed, strict=True):
        assert need is None or need in [own[place] for place in places]
