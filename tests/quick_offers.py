"""Runs a job that learns offers from one date, few rows and few trees; the bench measures how well it learns.

`python -m tests.quick_offers demo --data completejourney` takes the arguments of `lealtad`.
"""

from functools import partial

from lealtad.jobs import recommend
from lealtad.jobs.command_line import main
from lealtad.recommending import Protocol, training

ROUNDS, ROWS = 12, 6_000


def learn_from_few_rows() -> None:
    """Learn few trees from few rows; other processes read what was learned and do not learn again."""
    training._ROUNDS, training._MOST_ROWS = ROUNDS, ROWS


if __name__ == "__main__":
    learn_from_few_rows()
    recommend.Protocol = partial(Protocol, dates=1)
    main()
