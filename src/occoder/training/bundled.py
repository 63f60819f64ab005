"""Training the topics that come with occoder, from the texts that come with it."""

from occoder.classification import bundled
from occoder.training.calibrating import SEEN_SHARE
from occoder.training.gold import corpus_records
from occoder.training.train import Progress, Trained, train

SOURCE = "the texts that come with occoder"


def train_bundled(topic: str, progress: Progress = lambda stage, done: None) -> Trained:
    """Train the model of a bundled topic.

    Parameters
    ----------
    topic : str
        "osca" or "anzsco".
    progress : callable
        As in `occoder.training.train.train`.

    Raises
    ------
    UnknownClassification
        If the topic is not bundled.
    """
    classification = bundled(topic)
    return train(
        corpus_records(topic, classification),
        classification,
        topic=topic,
        source=SOURCE,
        seen_share=SEEN_SHARE,
        progress=progress,
    )
