"""Checks before anybody relies on the data: enough data, no leaks, a suitable definition of churn.

In: a source, a lake and its examples. Out: reports with findings, each with what to do. Changes nothing.
"""
