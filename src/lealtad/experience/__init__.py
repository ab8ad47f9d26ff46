"""What customers experience: the journey map by touchpoint, and the KPIs of the company as a whole.

In: a lake, the settings and the measures of `lealtad.kpis`. Out: tidy figures, pages and sheets.
Knows no models; the NPS of all customers arrives as the file that training wrote.
"""
