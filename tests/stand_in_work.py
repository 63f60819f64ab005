"""Work for coding processes that tells on them; importable, since it is sent to them."""

import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stand_in_coder import load_stand_in

from occoder.files.answers import Plan, TextCoder

PLAN = Plan(load_stand_in, (("osca", "told"),), ((0.0,) * 5,), 0, (5,), False, False)


@dataclass(frozen=True)
class Telling:
    """Tells what it got, by which model and in which process."""

    plan: Plan = PLAN

    def bind(self, coders: Sequence[TextCoder]) -> Callable[[int], tuple[int, str, int]]:
        """Return the function for one number."""
        return lambda n: (n, coders[0].model_id, os.getpid())


@dataclass(frozen=True)
class Deadly(Telling):
    """Ends its own process at 3."""

    def bind(self, coders: Sequence[TextCoder]) -> Callable[[int], tuple[int, str, int]]:
        """Return the function for one number."""

        def code(n: int) -> tuple[int, str, int]:
            if n == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            return n, "", 0

        return code


@dataclass(frozen=True)
class Failing(Telling):
    """Can't do it."""

    def bind(self, coders: Sequence[TextCoder]) -> Callable[[int], tuple[int, str, int]]:
        """Return the function for one number."""
        return lambda n: (1 // 0, "", 0)
