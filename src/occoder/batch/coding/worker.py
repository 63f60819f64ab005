"""How a process of this machine that codes begins, and how it ends."""

import os
import signal
from typing import Final

from occoder.batch.coding.confinement import confine, forget_secrets
from occoder.batch.coding.outcome import warm_up
from occoder.batch.coding.reach import Reach
from occoder.processes import end_with_parent
from occoder.settings.settings import variable

# What all such processes share in memory.
PRELOADED: Final = ("occoder.batch.coding.worker",)


def begin(reach: Reach, models: tuple[tuple[str, str], ...]) -> None:
    """Load models, then give up every right that coding does not need.

    Nothing that a respondent wrote has been read by then.

    Parameters
    ----------
    reach : Reach
        What the process needs.
    models : tuple of tuples (topic, model id)
        What it will code with first.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    forget_secrets(os.environ, may_connect=reach.may_connect)
    os.environ[variable("home")] = str(reach.home)
    for topic, model_id in models:
        warm_up(topic, model_id)
    confine(reach.readable(os.environ), reach.writable(), may_connect=reach.may_connect)
    end_with_parent()
