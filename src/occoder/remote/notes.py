"""What a run says while it is at work, for whoever shows it to people."""

from typing import Protocol


class Notes(Protocol):
    """Takes what a run says; nothing of it has a text of a respondent."""

    def say(self, line: str) -> None:
        """Take a line."""
        ...

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Take how far a stage is; without a total, nobody knows how long it is."""
        ...


class Silence:
    """Takes what a run says, and forgets it."""

    def say(self, line: str) -> None:
        """Forget a line."""

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Forget how far a stage is."""
