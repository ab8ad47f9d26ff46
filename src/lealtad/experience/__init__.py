"""What customers experience: the journey map by touchpoint, and the KPIs of the company as a whole.

In: a lake, the settings and the measures of `lealtad.kpis`. Out: tidy figures, pages and sheets.
Uses no models; the NPS of all customers is read from a file that training wrote.
"""
