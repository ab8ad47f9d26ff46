"""What customers live through: the journey map, its stages and touchpoints.

In: a lake and the KPIs. Out: figures by touchpoint, pages and sheets. Knows no models.
"""
