"""Product offers for customers: products to buy again, and new products that go with theirs, in separate lists.

In: the lines of orders and the products of the lake, as of a date. Out: ten offers per task and customer with
their evidence, what guards withheld, and how good such offers were. Does not use lists or the desk.
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
