"""Business hours and business days, and the time between two instants in them.

In: `[calendar]` of the settings, and instants. Out: days, seconds and deadlines of business time.
"""
