"""The progress bar of a training, on a terminal only."""

from collections.abc import Callable, Iterator
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
