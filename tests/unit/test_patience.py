"""A clock that runs while something is waited for."""

import asyncio

from occoder.service.transport.patience import Patience


def over_after(*steps: str) -> list[str]:
    """Return what a patience of 50 ms told, after steps of 30 ms."""

    async def live() -> list[str]:
        told: list[str] = []
        patience = Patience(asyncio.get_running_loop(), 0.05, told.append, "over")
        for step in steps:
            if step in {"begin", "anew"}:
                if step == "anew":
                    patience.end()
                patience.begin()
            elif step == "end":
                patience.end()
            await asyncio.sleep(0.03)
        patience.end()
        return told

    return asyncio.run(live())


def test_it_ends() -> None:
    """What does not come in time is over, once."""
    assert ["over"] == over_after("begin", "", "", "", "")


def test_beginning_again_changes_nothing() -> None:
    """While it runs, it does not begin again."""
    assert ["over"] == over_after("begin", "begin", "begin", "begin")


def test_what_comes_in_time_is_not_over() -> None:
    """When it is ended, or begun anew, nothing is told."""
    assert [] == over_after("begin", "end", "", "")
    assert [] == over_after("begin", "anew", "anew", "anew", "anew")
