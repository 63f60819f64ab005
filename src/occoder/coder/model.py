"""A model: weights, calibration and thresholds for one topic."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid5

import numpy as np

from occoder.classification import Classification
from occoder.coder.calibration import Calibration
from occoder.coder.hsvm import HSVM
from occoder.coder.manifest import FORMAT, Promise, TrainingFacts
from occoder.coder.storage import stored

_NAMESPACE = UUID("6f1d4f43-6d0c-4f51-9a3c-0cc0de2024a1")


@dataclass(frozen=True, slots=True)
class Model:
    """All that coding to one topic needs.

    Parameters
    ----------
    topic : str
        Short name, such as "osca".
    classification : Classification
        The categories.
    hsvm : HSVM
        The weights.
    calibration : Calibration
        From shares to confidences.
    refusal_threshold : float
        A text whose share of refusals is above this gets no code.
    promises : tuple of Promise
        Thresholds with a stated maximum error, the strictest first.
    max_error : float
        Names the promise in force.
    thresholds : tuple of float
        In force, one for each level, broadest first.
    training : TrainingFacts
        What it was trained on.
    """

    topic: str
    classification: Classification
    hsvm: HSVM
    calibration: Calibration
    refusal_threshold: float
    promises: tuple[Promise, ...]
    max_error: float
    thresholds: tuple[float, ...]
    training: TrainingFacts

    @property
    def model_id(self) -> str:
        """Return the GUID of the contents: equal models have equal ids."""
        digest = sha256(f"{FORMAT} {self.topic} {self.classification}".encode())
        for category in self.classification.categories:
            digest.update(f"{category.code} {category.title}\n".encode())
        for name, array in stored(self.hsvm, self.calibration).items():
            digest.update(f"{name} {array.dtype} {array.shape}".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        decided = self.refusal_threshold, self.thresholds, self.max_error, self.promises
        digest.update(repr(decided).encode())
        return str(uuid5(_NAMESPACE, digest.hexdigest()))

    def weights(self) -> tuple[HSVM, Calibration]:
        """Return the weights and the calibration."""
        return self.hsvm, self.calibration
