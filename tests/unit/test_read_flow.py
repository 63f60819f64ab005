"""Each turn of reading is told, and no other."""

import asyncio

from occoder.service.transport.read_flow import ReadFlow


class Transport(asyncio.Transport):
    """Remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def pause_reading(self) -> None:
        """Be told to pause."""
        self.told.append("pause")

    def resume_reading(self) -> None:
        """Be told to go on."""
        self.told.append("resume")


def test_turns_are_told() -> None:
    """A turn is told when it has been made, and again only when there is another."""
    transport = Transport()
    turns: list[bool] = []
    flow = ReadFlow(transport, lambda: turns.append(flow.read_paused))
    for turn in (flow.resume_reading, flow.pause_reading, flow.pause_reading):
        turn()
    for turn in (flow.resume_reading, flow.resume_reading, flow.pause_reading):
        turn()

    assert ["pause", "resume", "pause"] == transport.told
    assert [True, False, True] == turns
