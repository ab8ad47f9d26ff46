"""The measures of customer experience, support and retention, each computed by one function."""

from lealtad.company.calendar.business_calendar import BusinessCalendar
from lealtad.company.calendar.business_time import business_seconds
from lealtad.kpis.ces import ces
from lealtad.kpis.clv import clv, lifetime_value
from lealtad.kpis.cohorts import cohort_retention
from lealtad.kpis.csat import csat
from lealtad.kpis.definitions import DEFINITIONS, KpiDefinition, definitions_hash
from lealtad.kpis.first_response import first_response_time
from lealtad.kpis.nps import nps
from lealtad.kpis.one_touch import one_touch_rate
from lealtad.kpis.reopening import reopen_rate
from lealtad.kpis.resolution_rate import resolution_rate
from lealtad.kpis.resolution_time import resolution_time
from lealtad.kpis.response import response_rate
from lealtad.kpis.retention import churn_rate, retention_rate
from lealtad.kpis.revenue import grr, nrr
from lealtad.kpis.sla import sla_breach_share
from lealtad.kpis.tickets import tickets

__all__ = [
    "DEFINITIONS",
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
