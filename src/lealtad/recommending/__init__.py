"""What to offer a customer: to buy again, and what goes with what they have; two tasks, never in one list.

In: the lines of orders and the products of the lake, as of a date. Out: ten offers of each task by customer with
what they rest on, what guards withheld, and how good such offers were. It knows no list and no desk.
"""

from lealtad.recommending.catalog import Catalog
from lealtad.recommending.evaluation import measure_lists
from lealtad.recommending.guards import GUARDS, judge_offers
from lealtad.recommending.history import History
from lealtad.recommending.offers import OFFERS, Offers
from lealtad.recommending.protocol import Protocol
from lealtad.recommending.purchases import Purchases, read_purchases
from lealtad.recommending.report import Recommendations, recommend

__all__ = [
    "GUARDS",
    "OFFERS",
    "Catalog",
    "History",
    "Offers",
    "Protocol",
    "Purchases",
    "Recommendations",
    "judge_offers",
    "measure_lists",
    "read_purchases",
    "recommend",
]
