"""What flows and drivers say to each other."""

import pytest
from played import BROKEN, answer

from occoder.client.credentials import Secret
from occoder.client.exchange import Request, alone, sent

REQUEST = Request(
    method="POST",
    url="https://coder.example/v1/topics/osca/code",
    authorization=Secret("a-token"),
    until=1.5,
    body=b'{"record": {"occp_text": "nurse"}}',
)


def test_nothing_shows_texts_or_secrets() -> None:
    """Representations of requests and answers hold no secret and no text."""
    shown = f"{REQUEST} {answer(200, {'input': 'nurse'}, set_cookie='a-token')}"

    assert "https://coder.example/v1/topics/osca/code" in shown
    assert "a-token" not in shown
    assert "nurse" not in shown


def test_sent_returns_the_reply() -> None:
    """A request that is sent comes to what the driver replies."""
    flow = sent(REQUEST)

    assert REQUEST == next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send(BROKEN)
    assert BROKEN == end.value.value


@pytest.mark.parametrize(
    "flow", [sent(REQUEST), alone(sent(REQUEST), 1.0)], ids=["sent", "alone"]
)
def test_wrong_driver_is_told(flow: object) -> None:
    """A driver that replies nothing to a request is found out."""
    next(flow)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="a driver replies"):
        flow.send(None)  # type: ignore[attr-defined]
