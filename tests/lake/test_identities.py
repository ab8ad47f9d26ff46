"""Aliases lead to one customer, whatever the length of the chain."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import DataError
from lealtad.lake.identities import NO_IDENTITIES, find_homes, refuse_circles, resolve_aliases
from tests.companies import at

# an alias always stands behind its customer in the alphabet, so no circle can arise
_links = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"), st.integers(0, 9)).filter(
        lambda link: link[0] > link[1]
    ),
    max_size=12,
    unique_by=lambda link: (link[0], link[2]),
)


def identities(links):
    rows = [(alias, customer, at(hours)) for alias, customer, hours in links]
    return pl.DataFrame(rows, schema=NO_IDENTITIES.schema, orient="row")


def follow_links(one, links):
    """Follow the latest link of each alias, step by step."""
    latest = {alias: customer for alias, customer, _ in sorted(links, key=lambda link: link[2])}
    while one in latest:
        one = latest[one]
    return one


@given(_links)
def test_an_alias_stands_for_the_end_of_its_chain(links):
    found = dict(resolve_aliases(identities(links)).iter_rows())
    assert found == {alias: follow_links(alias, links) for alias, _, _ in links}


@given(_links, st.randoms())
def test_the_order_of_the_rows_changes_nothing(links, random):
    shuffled = random.sample(links, len(links))
    for answer in (resolve_aliases, find_homes):
        assert answer(identities(links)).equals(answer(identities(shuffled)))


@given(_links)
def test_whoever_is_ever_tied_has_one_home(links):
    home = dict(find_homes(identities(links)).iter_rows())
    assert set(home) == {one for alias, customer, _ in links for one in (alias, customer)}
    assert all(home[alias] == home[customer] for alias, customer, _ in links)
    assert all(home[one] == one for one in home.values())
    assert all(home[alias] == home[follow_links(alias, links)] for alias, _, _ in links)


def test_a_long_chain_is_followed_to_its_end():
    names = [f"{i:05d}" for i in range(1000)]
    links = [(names[i + 1], names[i], i % 7) for i in range(999)]
    assert set(resolve_aliases(identities(links))["customer_id"]) == {"00000"}
    assert set(find_homes(identities(links))["home"]) == {"00000"}


@given(_links)
def test_what_goes_in_no_circle_is_let_in(links):
    refuse_circles(identities(links))


def test_a_circle_is_refused_with_its_ids():
    links = [("x", "a", 0), ("b", "a", 1), ("c", "b", 2), ("a", "c", 3)]
    with pytest.raises(DataError, match=r"found a circle of a, b, c\. Remove the row that points back"):
        refuse_circles(identities(links))
    with pytest.raises(DataError, match=r"found a circle of a\. Remove"):
        refuse_circles(identities([("a", "a", 0)]))


def test_of_a_circle_that_was_once_believed_the_link_that_closed_it_is_left_out():
    links = [("b", "a", 1), ("c", "b", 2), ("a", "c", 3), ("x", "a", 4)]
    assert dict(resolve_aliases(identities(links)).iter_rows()) == {"b": "a", "c": "a", "x": "a"}


def test_nobody_has_an_alias():
    assert resolve_aliases(NO_IDENTITIES).is_empty()
    assert find_homes(NO_IDENTITIES).is_empty()
    refuse_circles(NO_IDENTITIES)
