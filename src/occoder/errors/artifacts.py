"""What is wrong with a model folder, or not in the catalogue."""

from collections.abc import Sequence
from pathlib import Path

from occoder.errors.branches import ArtifactError, InputError, NotFound


class NotAModel(ArtifactError):
    """A folder holds no model."""

    slug = "not-a-model"

    def __init__(self, *, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"{folder} holds no model: it has no manifest.json that can be read. "
            f"Name the folder of a model, or train one with `occoder train`."
        )


class UnknownModelFormat(ArtifactError):
    """A model folder is written in a format that this version can't read."""

    slug = "unknown-model-format"

    def __init__(self, *, folder: Path, found: int, known: int) -> None:
        self.folder = folder
        self.found = found
        self.known = known
        super().__init__(
            f"{folder} is a model of format {found}; this version reads format {known}. "
            f"Train the model again, or use the version of occoder that wrote it."
        )


class DamagedModel(ArtifactError):
    """A file of a model folder is missing, or is not as it was written."""

    slug = "damaged-model"

    def __init__(self, *, folder: Path, file: str, problem: str) -> None:
        self.folder = folder
        self.file = file
        self.problem = problem
        super().__init__(
            f"The model in {folder} is damaged: {file}: {problem}. "
            f"Copy the folder again from where it came, or train the model again."
        )


class UnknownTopic(NotFound):
    """There is no model for a topic, and none is bundled."""

    slug = "unknown-topic"

    def __init__(self, *, topic: str, known: Sequence[str]) -> None:
        self.topic = topic
        self.known = tuple(known)
        super().__init__(
            f"There is no topic {topic!r}; there are: {', '.join(known)}. "
            f"Train a model for a topic of your own with `occoder train`."
        )


class UnknownModel(NotFound):
    """A topic has no model with this id."""

    slug = "unknown-model"

    def __init__(self, *, topic: str, model: str) -> None:
        self.topic = topic
        self.model = model
        super().__init__(
            f"Topic {topic} has no model {model}. `occoder model list` shows all models."
        )


class UnusableTopic(InputError):
    """The name of a topic can't be that of a folder."""

    slug = "unusable-topic"

    def __init__(self, *, topic: str) -> None:
        self.topic = topic
        super().__init__(
            f"{topic!r} can't name a topic. "
            f"Use up to 64 lower-case letters, digits, - and _, such as osca or my-survey."
        )
