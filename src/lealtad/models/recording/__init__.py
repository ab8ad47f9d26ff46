"""Recording: one MLflow run per training, with its evidence, and a challenger in the registry.

In: a trained model and its lake. Out: a run, and `name/version`.
"""

from lealtad.models.recording.run import record

__all__ = ["record"]
