"""Checks before the data are used: enough data, no leaks, a suitable definition of churn.

In: a source, a lake and its examples. Out: reports with findings, each with a fix. Changes nothing.
"""
