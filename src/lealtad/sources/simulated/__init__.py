"""A company that never existed: all tables of the contract, and beside them the truth that made them."""

from lealtad.sources.simulated.causes import CAUSES, INTERACTIONS
from lealtad.sources.simulated.company import SimulatedCompany, simulate, stream
from lealtad.sources.simulated.scenario import Scenario

__all__ = ["CAUSES", "INTERACTIONS", "Scenario", "SimulatedCompany", "simulate", "stream"]
