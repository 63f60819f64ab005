"""The progress bar of a training, on a terminal only."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def training_bar() -> Iterator[Callable[[str, float], None]]:
    """Give a function that shows a stage and the part of it that is done."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("training", total=1.0)
        yield lambda stage, done: bar.update(task, description=stage, completed=done)


def make_ready(topics: Sequence[str]) -> None:
    """Train the models of bundled topics that have none yet, with a progress bar.

    Raises
    ------
    UnknownTopic
        If a topic has no model and is not bundled.
    """
    from occoder.catalogue import Catalogue
    from occoder.loading import locate

    for topic in topics:
        if Catalogue().latest(topic) is None:
            with training_bar() as progress:
                locate(topic, progress=progress)
