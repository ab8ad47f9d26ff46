"""Learning: how models are fitted, calibrated and judged, on a lake or on a table.

*Training* is all of it: learn a model, judge it beside its baselines, return both (`on_lake`, `on_table`).
*Fitting* is one part: search settings, calibrate, and fit every row (`fitting`). A *learner* is a kind of model.
In: examples, or a table of your own. Out: calibrated models, judged on later data. It knows no MLflow.
"""
