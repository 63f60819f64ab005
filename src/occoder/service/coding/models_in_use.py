"""The models that are served: which there are, loaded, and looked at again and again."""

import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from occoder import wire
from occoder.catalogue import Catalogue, Entry
from occoder.classification import BUNDLED, bundled
from occoder.coder.coder import Coder
from occoder.coder.manifest import Manifest
from occoder.errors import ArtifactError
from occoder.model_facts import model_facts
from occoder.service.coding.answers import Answers
from occoder.service.coding.coding_queue import CodingQueue
from occoder.service.problems import (
    MODEL_OF_OTHER_TOPIC,
    NO_MODELS,
    NO_SUCH_MODEL,
    NO_SUCH_TOPIC,
    Problem,
)
from occoder.telemetry.logs import log

LATEST: Final = "latest"
_WARM_UP: Final = (["Electrician"], ["wiring"])
_Loaded = tuple[Coder, CodingQueue, Answers]


class ServedModel:
    """A model that is served; loaded at its first use.

    Parameters
    ----------
    entry : Entry
        From the catalogue.
    executor : Executor
        Where it codes.
    """

    def __init__(self, entry: Entry, executor: Executor) -> None:
        self.entry = entry
        self.facts = model_facts(entry.manifest)
        self._executor = executor
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    @property
    def is_loaded(self) -> bool:
        """Tell whether it can code at once."""
        return self._loaded is not None

    def load(self) -> None:
        """Verify and load it and code one text, so that the first caller need not wait.

        Raises
        ------
        ArtifactError
            If it is damaged.
        """
        self._load()

    @property
    def coder(self) -> Coder:
        """Return its coder."""
        return self._in_use[0]

    @property
    def queue(self) -> CodingQueue:
        """Return the way to its coder."""
        return self._in_use[1]

    @property
    def answers(self) -> Answers:
        """Return what words its answers."""
        return self._in_use[2]

    @property
    def _in_use(self) -> _Loaded:
        return self._loaded or self._load()

    def _load(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                coder = Coder.from_folder(self.entry.folder)
                coder.code_texts(*_WARM_UP)
                queue = CodingQueue(coder, self._executor)
                self._loaded = coder, queue, Answers(coder.classification)
            return self._loaded


@dataclass(frozen=True, slots=True)
class ServedTopic:
    """A topic with its models in use, the newest first."""

    topic: wire.Topic
    models: tuple[ServedModel, ...]


class ModelsInUse:
    """The topics and models that are served.

    Parameters
    ----------
    catalogue : Catalogue
        Where the models are.
    executor : Executor
        Where they code.
    """

    def __init__(self, catalogue: Catalogue, executor: Executor) -> None:
        self._catalogue = catalogue
        self._executor = executor
        self._topics: Mapping[str, ServedTopic] = MappingProxyType({})

    def refresh(self) -> list[Manifest]:
        """Look at the catalogue again and return the models newly in use.

        A new model is loaded before it takes over; one that can't be loaded is passed by
        and the one before it goes on.
        """
        known = {one.entry.folder: one for one in self._served()}
        topics: dict[str, ServedTopic] = {}
        for name in sorted({*self._catalogue.topics(), *BUNDLED}):
            entries = [one for one in self._catalogue.entries(name) if not one.is_retired]
            served = self._usable(
                known.get(entry.folder) or ServedModel(entry, self._executor)
                for entry in entries
            )
            topics[name] = ServedTopic(_topic(name, served), served)
        before = {topic.models[0] for topic in self._topics.values() if topic.models}
        self._topics = MappingProxyType(topics)
        return [
            topic.models[0].entry.manifest
            for topic in topics.values()
            if topic.models and topic.models[0] not in before
        ]

    def topics(self) -> list[wire.Topic]:
        """Return the topics that have a model."""
        return [one.topic for one in self._topics.values() if one.models]

    def topic(self, name: str) -> ServedTopic:
        """Return a topic.

        Raises
        ------
        Problem
            If there is none of this name, in whatever case, or it has no model.
        """
        found = self._topics.get(name.lower())
        if found is None:
            raise Problem(NO_SUCH_TOPIC)
        if not found.models:
            raise Problem(NO_MODELS, message=NO_MODELS.message.format(topic=name.lower()))
        return found

    def model(self, topic: str, model_id: str = LATEST) -> ServedModel:
        """Return a model of a topic.

        Parameters
        ----------
        topic : str
            Name of the topic.
        model_id : str
            GUID in whatever case, or "latest".

        Raises
        ------
        Problem
            If there is no such topic or model, or the model is of another topic.
        """
        served, wanted = self.topic(topic), model_id.lower()
        if wanted == LATEST:
            return served.models[0]
        for one in served.models:
            if one.facts.model_id == wanted:
                return one
        is_elsewhere = any(one.facts.model_id == wanted for one in self._served())
        raise Problem(MODEL_OF_OTHER_TOPIC if is_elsewhere else NO_SUCH_MODEL)

    def n_loaded(self) -> int:
        """Return how many models are loaded."""
        return sum(one.is_loaded for one in self._served())

    def _served(self) -> list[ServedModel]:
        return [model for topic in self._topics.values() for model in topic.models]

    def _usable(self, models: Iterable[ServedModel]) -> tuple[ServedModel, ...]:
        """Return the models, without the newest ones that can't be loaded."""
        served = list(models)
        while served:
            try:
                served[0].load()
            except (ArtifactError, OSError) as error:
                log.error(
                    "model_not_usable", model=served[0].facts.model_id, why=_slug(error)
                )
                del served[0]
            else:
                break
        return tuple(served)


def _topic(name: str, models: tuple[ServedModel, ...]) -> wire.Topic:
    if models:
        return wire.Topic(name, models[0].entry.manifest.classification.full_name)
    return wire.Topic(name, bundled(name).full_name if name in BUNDLED else name)


def _slug(error: Exception) -> str:
    return getattr(error, "slug", type(error).__name__)
