"""The doctor looks at the models: whether each topic has one that loads."""

from occoder.catalogue import Catalogue
from occoder.classification import BUNDLED
from occoder.coder.artifact import load
from occoder.errors import ArtifactError
from occoder.service.checks.check import Check
from occoder.settings.settings import Settings


def models(settings: Settings) -> list[Check]:
    """Tell of each topic whether its model in use is as it was written, and loads."""
    catalogue = Catalogue(settings.home)
    return [_model(catalogue, topic) for topic in sorted({*catalogue.topics(), *BUNDLED})]


def _model(catalogue: Catalogue, topic: str) -> Check:
    name = f"model {topic}"
    entry = catalogue.latest(topic)
    if entry is None:
        if catalogue.entries(topic):
            return Check.ok(name, "all are retired: the topic is not served")
        return Check.ok(name, "not there yet: the first start trains it")
    number, model_id = entry.manifest.model_version, entry.manifest.model_id
    try:
        loaded = load(entry.folder)
    except (ArtifactError, OSError) as error:
        remedy = f"occoder model retire {model_id} --topic {topic}"
        return Check.failed(name, str(error), remedy)
    if loaded.model_id != model_id:
        finding = f"{entry.folder} holds another model than its manifest says"
        return Check.failed(name, finding, "Restore the folder, or retire the model.")
    return Check.ok(name, f"version {number}, {model_id}")
