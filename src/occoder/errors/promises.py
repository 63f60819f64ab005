"""What keeps a model from being trained, or an error from being promised."""

from collections.abc import Sequence

from occoder.errors.branches import InputError


class ClaimNotReached(InputError):
    """Too many of the most confident answers are wrong for the promise asked for."""

    slug = "claim-not-reached"

    def __init__(
        self,
        *,
        max_error: float,
        confidence: float,
        n_answered: int,
        n_wrong: int,
        possible_error: float,
    ) -> None:
        self.max_error = max_error
        self.confidence = confidence
        self.n_answered = n_answered
        self.n_wrong = n_wrong
        self.possible_error = possible_error
        super().__init__(
            f"No threshold keeps the error at {100 * max_error:g} % with "
            f"{100 * confidence:g} % confidence: of the {n_answered} most confident "
            f"answers {n_wrong} are wrong, which supports {100 * possible_error:.1f} %. "
            f"Allow a larger error, or improve the model and try again on other records."
        )


class TooFewRecords(InputError):
    """Too few coded records for the promise asked for."""

    slug = "too-few-records"

    def __init__(
        self, *, n_records: int, n_needed: int, max_error: float, confidence: float
    ) -> None:
        self.n_records = n_records
        self.n_needed = n_needed
        self.max_error = max_error
        self.confidence = confidence
        super().__init__(
            f"{n_records} coded records can't show with {100 * confidence:g} % confidence "
            f"that at most {100 * max_error:g} % of the codes given are wrong. "
            f"Going by these, it takes about {n_needed}. "
            f"Code more, or allow a larger error."
        )


class NoPromise(InputError):
    """A model has no thresholds for the maximum error asked for."""

    slug = "no-promise"

    def __init__(self, *, max_error: float, known: Sequence[float]) -> None:
        self.max_error = max_error
        self.known = tuple(known)
        listed = ", ".join(f"{error:g}" for error in known) or "none"
        super().__init__(
            f"The model has no thresholds for a maximum error of {max_error:g}; it has: "
            f"{listed}. Name one of these, or find thresholds with `occoder calibrate`."
        )


class NothingToTrainOn(InputError):
    """A training names no records that it could use."""

    slug = "nothing-to-train-on"

    def __init__(self, *, topic: str) -> None:
        self.topic = topic
        super().__init__(
            f"There are no coded records to train {topic} on. "
            f"Name a file of them with --records FILE."
        )
