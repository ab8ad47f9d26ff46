"""The KPIs of the company as a whole, by segment, by month and by cohort.

In: a lake and the measures. Out: one tidy frame and a page. Uses no models.
"""

from lealtad.experience.company_kpis.base_nps import BaseNps, read_base_nps
from lealtad.experience.company_kpis.figures import CompanyKpis, compute_company_kpis
from lealtad.experience.company_kpis.page import write_kpi_page

__all__ = ["BaseNps", "CompanyKpis", "compute_company_kpis", "read_base_nps", "write_kpi_page"]
