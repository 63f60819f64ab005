"""What a classification does not have."""

from collections.abc import Sequence

from occoder.errors.branches import NotFound


class UnknownCategory(NotFound):
    """A classification has no category with this code."""

    slug = "unknown-category"

    def __init__(self, *, code: str, classification: str) -> None:
        self.code = code
        self.classification = classification
        super().__init__(
            f"There is no category {code} in {classification}. Look for its title with "
            f"`occoder classification search`, or check which version the code is of."
        )


class UnknownClassification(NotFound):
    """No classification of this name is bundled."""

    slug = "unknown-classification"

    def __init__(self, *, name: str, bundled: Sequence[str]) -> None:
        self.name = name
        self.bundled = tuple(bundled)
        super().__init__(
            f"No classification {name} is bundled; there are {', '.join(bundled)}. "
            f"Another one is read from a CSV file of codes and titles."
        )


class UnknownCorrespondence(NotFound):
    """No correspondence between these two classifications is bundled."""

    slug = "unknown-correspondence"

    def __init__(self, *, source: str, target: str, bundled: Sequence[str]) -> None:
        self.source = source
        self.target = target
        self.bundled = tuple(bundled)
        super().__init__(
            f"No correspondence from {source} to {target} is bundled; there are those "
            f"between {', '.join(bundled)}. Another one is read from a CSV file."
        )
