"""Which topics are told, by which feature, and in which order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lealtad.worklist.reasons import COMPARABLE, REASONS, Topics, choose_topics

_ABOUT = ("waits", "waits", "price", "tenure", "tenure", "channels")
_weights = st.floats(-2, 2).map(lambda value: round(value, 3))
_rows = st.lists(st.tuples(*[_weights] * len(_ABOUT)), min_size=1, max_size=6)
_flags = st.lists(st.booleans(), min_size=len(_ABOUT), max_size=len(_ABOUT))


@given(_rows)
def test_the_sum_of_a_row_is_kept(rows):
    given = np.array(rows)
    np.testing.assert_allclose(Topics(_ABOUT).weights(given).sum(axis=1), given.sum(axis=1), atol=1e-12)


@given(_rows, _flags, _flags)
def test_only_topics_that_raise_the_score_are_told_each_once_by_its_heaviest_feature(rows, able, actionable):
    given, topics = np.array(rows), Topics(_ABOUT)
    worse = np.broadcast_to(np.array(able), given.shape)
    choice = choose_topics(given, topics, worse=worse, actionable=np.array(actionable))
    weights = dict(zip(topics.names, topics.weights(given).T, strict=True))
    for row, speakers in enumerate(choice):
        stated = [one for one in speakers if one >= 0]
        assert len({_ABOUT[one] for one in stated}) == len(stated) <= REASONS
        assert all(worse[row, one] and weights[_ABOUT[one]][row] > 0 for one in stated)
        able = [
            [two for two in range(len(_ABOUT)) if _ABOUT[two] == _ABOUT[one] and worse[row, two]] for one in stated
        ]
        assert all(given[row, one] == given[row, others].max() for one, others in zip(stated, able, strict=True))
        heavy = [weights[_ABOUT[one]][row] * (COMPARABLE if actionable[one] else 1.0) for one in stated]
        assert heavy == sorted(heavy, reverse=True)


def test_an_actionable_reason_goes_before_one_that_weighs_up_to_half_as_much_again():
    everywhere = np.ones((3, 2), dtype=bool)
    given = np.array([[1.0, 1.4], [1.0, 1.6], [1.0, 0.2]])
    choice = choose_topics(
        given,
        Topics(("a", "b")),
        worse=everywhere,
        actionable=np.array([True, False]),
    )
    assert choice[:, 0].tolist() == [0, 1, 0]


def test_of_one_topic_the_feature_that_weighs_most_speaks_if_it_can():
    able = np.array([[False, True, True]])
    choice = choose_topics(
        np.array([[0.9, 0.2, 0.1]]),
        Topics(("t", "t", "t")),
        worse=able,
        actionable=np.zeros(3, bool),
    )
    assert choice.tolist() == [[1, -1, -1]]


def test_fewer_topics_than_reasons_leave_places_empty():
    able = np.ones((1, 1), dtype=bool)
    choice = choose_topics(np.array([[0.5]]), Topics(("t",)), worse=able, actionable=np.zeros(1, bool))
    assert choice.tolist() == [[0, -1, -1]]
