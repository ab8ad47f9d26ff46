"""Work behind the caller's back is done in order, and what goes wrong there is raised."""

import pytest

from lealtad.lake.loading.background_writer import BackgroundWorker


def test_pieces_are_done_in_order_and_all_before_the_block_ends():
    done = []
    with BackgroundWorker() as behind:
        for piece in range(5):
            behind.start(lambda piece=piece: done.append(piece))
    assert done == [0, 1, 2, 3, 4]


def test_an_error_is_raised_at_the_next_piece_or_at_the_end():
    def fail():
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"), BackgroundWorker() as behind:
        behind.start(fail)
    with pytest.raises(OSError, match="no space"), BackgroundWorker() as behind:
        behind.start(fail)
        behind.start(lambda: pytest.fail("what comes after an error is not done"))


def test_of_two_errors_the_first_counts():
    def fail():
        raise OSError("behind")

    with pytest.raises(ValueError, match="before"), BackgroundWorker() as behind:
        behind.start(fail)
        raise ValueError("before")
