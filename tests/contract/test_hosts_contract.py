"""The four host names of the contract (R3, B4, B54)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from running_service import RunningService, basic
from toy_served import toy_model_folder

from occoder.service.clients.client import Client

HOSTS = {
    f"OCCODER_{tier.upper()}_{side.upper()}_HOST": f"{tier}-coder.{side}.example.org"
    for tier in ("public", "partner")
    for side in ("auth", "api")
}


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[RunningService]:
    """Return a service with the four host names."""
    model = toy_model_folder(tmp_path)
    with RunningService(tmp_path / "home", [model], HOSTS) as running:
        yield running


def answered(
    hosted: RunningService, client: Client, secret: str, tier: str
) -> dict[str, str]:
    """Return the answer of the token endpoint of a tier."""
    answer = hosted.http.post(
        "/oauth2/token",
        content="grant_type=client_credentials",
        headers={
            "Authorization": basic(client.client_id, secret),
            "Host": f"{tier}-coder.auth.example.org",
        },
    )
    found: dict[str, str] = answer.json()
    return found


def test_b54_tier_of_the_host(hosted: RunningService) -> None:
    """A client gets tokens and answers under the names of its own tier only."""
    partner = hosted.partner, hosted.partner_secret
    good = answered(hosted, *partner, "partner")["access_token"]
    refused = answered(hosted, *partner, "public")

    def status(host: str) -> int:
        headers = {"Authorization": good, "Host": host}
        return hosted.http.get("/v1/topics", headers=headers).status_code

    assert "invalid_client" == refused["error"]
    assert 200 == status("partner-coder.api.example.org")
    assert 200 == status("https://Partner-Coder.API.example.org:443")
    assert 403 == status("public-coder.api.example.org")
    assert 404 == status("partner-coder.auth.example.org")
    assert 404 == status("elsewhere.example.org")


def test_health_on_every_host(hosted: RunningService) -> None:
    """Health is told under any name."""
    assert 200 == hosted.http.get("/health/live").status_code
