"""What happened next: the outcomes that models learn."""

from lealtad.labels.inactivity import inactivity

__all__ = ["inactivity"]
