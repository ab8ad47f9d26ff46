"""What the lists earned: contacts, cost, saves and margin kept, by month and action, against the holdout.

In: the lists of a lake, their outcomes, and what simple rules would have promised. Out: `Earnings`, and its page.
"""

from lealtad.monitoring.earnings.earnings import Earnings, compute_earnings
from lealtad.monitoring.earnings.page import judge_earnings, write_earnings_page
from lealtad.monitoring.earnings.table import write_earnings_table

__all__ = ["Earnings", "compute_earnings", "judge_earnings", "write_earnings_page", "write_earnings_table"]
