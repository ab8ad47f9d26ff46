"""Customers who gain from a message, and whether choosing them clearly beats sending it to all or to nobody.

In: an experiment whose outcomes are known, and features as of the assignment. Out: rankings compared on rows that
no estimate learned from, the value of policies, and whom to send the message next.
"""

from lealtad.experiments.gains.columns import GainColumns
from lealtad.experiments.gains.judging import ArmGains, judge_gains
from lealtad.experiments.gains.next_customers import choose_next
from lealtad.experiments.gains.rows import read_gain_rows

__all__ = ["ArmGains", "GainColumns", "choose_next", "judge_gains", "read_gain_rows"]
