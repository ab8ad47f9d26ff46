"""The formulas of customer experience, support and retention: one file per measure, one function per formula.

In: tables of the contract, as pandas or Polars frames. Out: tidy frames with value, n, interval and definition.
Knows no pages and no models; pages read from the registry of measures what to show.
"""

from lealtad.company.calendar.business_calendar import BusinessCalendar
from lealtad.company.calendar.business_time import business_seconds
from lealtad.kpis.measure import KpiDefinition
from lealtad.kpis.measures.ces import ces
from lealtad.kpis.measures.clv import clv, lifetime_value
from lealtad.kpis.measures.cohort_retention import cohort_retention
from lealtad.kpis.measures.csat import csat
from lealtad.kpis.measures.first_response_time import first_response_time
from lealtad.kpis.measures.nps import nps
from lealtad.kpis.measures.one_touch_rate import one_touch_rate
from lealtad.kpis.measures.reopen_rate import reopen_rate
from lealtad.kpis.measures.resolution_rate import resolution_rate
from lealtad.kpis.measures.resolution_time import resolution_time
from lealtad.kpis.measures.response_rate import response_rate
from lealtad.kpis.measures.retention import churn_rate, retention_rate
from lealtad.kpis.measures.revenue import grr, nrr
from lealtad.kpis.measures.sla_breach_share import sla_breach_share
from lealtad.kpis.registry import definitions_hash, list_definitions, list_measures
from lealtad.kpis.tickets import tickets

__all__ = [
    "BusinessCalendar",
    "KpiDefinition",
    "business_seconds",
    "ces",
    "churn_rate",
    "clv",
    "cohort_retention",
    "csat",
    "definitions_hash",
    "first_response_time",
    "grr",
    "lifetime_value",
    "list_definitions",
    "list_measures",
    "nps",
    "nrr",
    "one_touch_rate",
    "reopen_rate",
    "resolution_rate",
    "resolution_time",
    "response_rate",
    "retention_rate",
    "sla_breach_share",
    "tickets",
]
