"""How prospects become customers: the funnel from first contact to first purchase, and what referrals bring.

In: a lake. Out: tidy frames, and a part of a page. Uses no models.
"""

from lealtad.experience.acquisition.funnel import Acquisition, build_funnel, compare_referrals, compute_acquisition
from lealtad.experience.acquisition.page import render_acquisition
from lealtad.experience.acquisition.prospects import list_prospects

__all__ = [
    "Acquisition",
    "build_funnel",
    "compare_referrals",
    "compute_acquisition",
    "list_prospects",
    "render_acquisition",
]
