"""How a client is worded."""

from dataclasses import replace
from datetime import UTC, datetime

from occoder.cli.client_text import facts, sheet, table
from occoder.service.clients.client import Client, Override, State
from occoder.settings.limits import Limits
from occoder.settings.tier import Tier

OF_TIER = Limits(per_second=1, per_hour=100)
ONE = Client(
    client_id="client1",
    organisation="Dept of Examples",
    contact="api@example.gov.au",
    tier=Tier.PUBLIC,
    state=State.ACTIVE,
    terms_version="2025-06",
    terms_accepted_by="A. Person",
    terms_accepted_at=datetime(2025, 7, 1, 9, 30, 0, 999_000, UTC),
    created_at=datetime(2025, 7, 1, 9, 30, 1, tzinfo=UTC),
    last_used_at=None,
    tokens_from=datetime(2025, 7, 1, tzinfo=UTC),
)
USED = replace(
    ONE,
    client_id="another-client",
    state=State.UNDER_REVIEW,
    last_used_at=datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC),
    override=Override(per_second=0.5, per_hour=0, per_day=1000),
)


def test_facts_are_complete() -> None:
    """The facts hold all that is known, with times in UTC and limits that hold."""
    expected = {
        "client_id": "client1",
        "organisation": "Dept of Examples",
        "contact": "api@example.gov.au",
        "tier": "public",
        "state": "active",
        "terms_version": "2025-06",
        "terms_accepted_by": "A. Person",
        "terms_accepted_at": "2025-07-01T09:30:00Z",
        "created_at": "2025-07-01T09:30:01Z",
        "last_used_at": None,
        "limits": {"per_second": 1, "per_hour": 100, "per_day": 0},
        "own_limits": {"per_second": None, "per_hour": None, "per_day": None},
    }

    assert expected == facts(ONE, OF_TIER)


def test_facts_hold_own_limits() -> None:
    """Limits of its own stand beside those that hold."""
    found = facts(USED, OF_TIER)

    assert "2025-12-31T23:59:59Z" == found["last_used_at"]
    assert {"per_second": 0.5, "per_hour": 0, "per_day": 1000} == found["limits"]
    assert found["limits"] == found["own_limits"]


def test_table_is_aligned() -> None:
    """Each client has a line below the headings, and columns stand below each other."""
    expected = [
        "client id       tier    state         last call   organisation",
        "client1         public  active        never       Dept of Examples",
        "another-client  public  under_review  2025-12-31  Dept of Examples",
    ]

    assert expected == list(table([ONE, USED]))


def test_sheet_shows_everything() -> None:
    """A client alone is shown with contact, terms and the limits that hold."""
    expected = [
        "client id         client1",
        "organisation      Dept of Examples",
        "contact           api@example.gov.au",
        "tier              public",
        "state             active",
        "terms             2025-06, accepted by A. Person on 2025-07-01",
        "registered        2025-07-01",
        "last call         never",
        "calls per second  1 (of its tier)",
        "calls per hour    100 (of its tier)",
        "calls per day     no limit (of its tier)",
    ]

    assert expected == list(sheet(ONE, OF_TIER))


def test_sheet_tells_whose_limits() -> None:
    """Limits of its own are told from those of its tier."""
    expected = [
        "calls per second  0.5 (of its own)",
        "calls per hour    no limit (of its own)",
        "calls per day     1,000 (of its own)",
    ]

    assert expected == list(sheet(USED, OF_TIER))[-3:]
