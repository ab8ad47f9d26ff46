"""Experiments: what a message, an offer or a call changes, for whom, and for how long.

Owns plans, assignment, read-outs, survival after a contact, uplift, and the effect of a contact. In: a lake and a
plan. Out: arms, figures with intervals, verdicts. Uses neither the list nor the desk; both read its arms.
"""
