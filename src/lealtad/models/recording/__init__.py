"""What a training leaves behind: one MLflow run with its evidence, and a challenger in the registry."""

from lealtad.models.recording.run import record

__all__ = ["record"]
