"""The models of a process that codes batches, loaded once and kept while they are used."""

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from occoder.batch.coding.batch_answers import BatchAnswers
from occoder.catalogue import Catalogue
from occoder.coder.coder import Coder

MAX_LOADED: Final = 3
_WARM_UP: Final = (["Electrician"], ["wiring"])
_MAX_COMPILED: Final = 100
_lock: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model ready to code.

    Parameters
    ----------
    coder : Coder
        Codes the texts.
    answers : BatchAnswers
        Words what it answers.
    """

    coder: Coder
    answers: BatchAnswers


def loaded_model(topic: str, model_id: str) -> LoadedModel:
    """Return a model of this process's data folder, loaded now or kept from before.

    Parameters
    ----------
    topic, model_id : str
        Which one; it is found after it was retired, too.

    Raises
    ------
    UnknownModel
        If it is not there any more.
    ArtifactError
        If it is damaged.
    """
    with _lock:
        return _loaded(Catalogue().home, topic, model_id)


@lru_cache(MAX_LOADED)
def _loaded(home: Path, topic: str, model_id: str) -> LoadedModel:
    coder = Coder.from_folder(Catalogue(home).find(topic, model_id).folder)
    _warm_up(coder)
    return LoadedModel(coder, BatchAnswers(coder.classification))


def _warm_up(coder: Coder) -> None:
    """Code one text, so that everything is compiled."""
    for _ in range(_MAX_COMPILED):
        try:
            coder.code_texts(*_WARM_UP)
        except PermissionError:
            # A confined process can't write what was just compiled to the disk, which is
            # told once for each function; all the same it is compiled.
            continue
        return
