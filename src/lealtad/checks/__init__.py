"""Checks of data before anybody relies on it: enough data, no leaks, a definition of churn that fits.

In: a source, a lake and its examples. Out: reports with findings, each with what to do. Changes nothing.
"""
