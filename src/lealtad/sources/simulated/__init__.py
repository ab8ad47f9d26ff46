"""A simulated company: all tables of the contract, and the truth behind them.

In: a size, a seed and a `Scenario`. Out: a `SimulatedCompany`, whole or in blocks of customers.
It knows the contract and public holidays, and no lake or model.
"""

from lealtad.sources.simulated.causes import CAUSES, INTERACTIONS
from lealtad.sources.simulated.company import SimulatedCompany, simulate, stream
from lealtad.sources.simulated.scenario import Scenario

__all__ = ["CAUSES", "INTERACTIONS", "Scenario", "SimulatedCompany", "simulate", "stream"]
