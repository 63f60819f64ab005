"""Loading the coder of a topic; the first use of a bundled topic trains its model."""

import logging
from collections.abc import Callable
from pathlib import Path

from occoder.catalogue import Catalogue, Entry
from occoder.classification import BUNDLED, bundled
from occoder.coder.coder import Coder
from occoder.errors import UnknownTopic

_log = logging.getLogger("occoder")


def load(
    topic: str = "osca", *, model_id: str | None = None, home: Path | None = None
) -> Coder:
    """Return the coder of a topic.

    The first use of a bundled topic trains its model from the bundled texts, which takes
    about a minute, and keeps it.

    Parameters
    ----------
    topic : str
        "osca", "anzsco", or a topic that a model was trained for.
    model_id : str, optional
        Which model; by default the newest in use.
    home : Path, optional
        The data folder; by default as `occoder.catalogue.Catalogue` finds it.

    Raises
    ------
    UnknownTopic
        If the topic has no model and is not bundled.
    UnknownModel
        If the topic has no model of this id.
    DamagedModel, UnknownModelFormat
        If the model can't be loaded.
    """
    return Coder.from_folder(locate(topic, model_id=model_id, home=home).folder)


def locate(
    topic: str,
    *,
    model_id: str | None = None,
    home: Path | None = None,
    progress: Callable[[str, float], None] = lambda stage, done: None,
) -> Entry:
    """Return the model of a topic, trained first if it is a bundled one without any.

    Parameters
    ----------
    topic, model_id, home
        As for `load`.
    progress : callable
        Called with a stage of the training and the part of it that is done, in [0, 1].

    Raises
    ------
    UnknownTopic, UnknownModel
        As `load`.
    """
    catalogue = Catalogue(home)
    if model_id is not None:
        return catalogue.find(topic, model_id)
    entry = catalogue.latest(topic)
    if entry is None and topic not in BUNDLED:
        known = sorted({*catalogue.topics(), *BUNDLED})
        raise UnknownTopic(topic=topic, known=known)
    return entry or _train_bundled(topic, catalogue, progress)


def _train_bundled(
    topic: str, catalogue: Catalogue, progress: Callable[[str, float], None]
) -> Entry:
    from occoder.training.bundled import train_bundled
    from occoder.training.card import documents, held_out_report

    _log.warning(
        "First use of %s: training its model from the bundled texts, about a minute.",
        bundled(topic),
    )
    trained = train_bundled(topic, progress)
    return catalogue.add(trained.model, documents(trained.model, held_out_report(trained)))
