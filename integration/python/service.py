"""What all scripts here share: options, the token, and calls that are tried again.

Needs Python 3.9 or newer, and nothing else. Proxies come from the usual variables
(HTTPS_PROXY, NO_PROXY), and SSL_CERT_FILE names authorities of your own to trust.
"""

import argparse
import base64
import http.client
import json
import os
import re
import shutil
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

TIMEOUT_S = 120  # for connecting, and for each wait for some bytes
WORTH_ANOTHER_TRY = {429, 500, 502, 503, 504}
PAUSES_S = (2, 4, 8, 16, 32)  # where the service does not say how long to wait


class Failed(Exception):
    """What ends a script; its text is for the person who runs it."""

    def __init__(self, text, status=None):
        super().__init__(text)
        self.status = status  # what HTTP calls it, where the service answered


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: it could lead the token elsewhere."""

    def redirect_request(self, *_):
        """Return no request, so that the answer counts as an error."""


_opener = urllib.request.build_opener(_NoRedirect)


def options(purpose):
    """Return a parser with the options that all scripts have."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=purpose, formatter_class=raw)
    parser.add_argument("--api-url", required=True, help="https://... of the API")
    parser.add_argument("--auth-url", help="https://... of tokens, where it is another")
    parser.add_argument("--topic", default="osca", help="osca (the default) or anzsco")
    return parser


class Service:
    """The coding service, as one client sees it."""

    def __init__(self, arguments):
        self._api_url = arguments.api_url.rstrip("/")
        self._auth_url = (arguments.auth_url or arguments.api_url).rstrip("/")
        self.topic = arguments.topic
        self._token = ""

    def get_token(self):
        """Return a token for the id and secret in the environment; it lasts an hour."""
        client_id = os.environ.get("OCCODER_CLIENT_ID")
        secret = os.environ.get("OCCODER_CLIENT_SECRET")
        if not (client_id and secret):
            raise Failed("Set OCCODER_CLIENT_ID and OCCODER_CLIENT_SECRET first.")
        basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        headers = {
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = b"grant_type=client_credentials"
        answer = request("POST", f"{self._auth_url}/oauth2/token", headers, body)
        return json.loads(answer)["access_token"]

    def call(self, method, path, body=None):
        """Call the API and return the text of its answer; `body` is JSON, as text."""
        data = None if body is None else body.encode()
        url = f"{self._api_url}/v1/topics/{self.topic}/{path}"
        had_token = bool(self._token)
        self._token = self._token or self.get_token()
        # The token stands alone in the header: no "Bearer" before it.
        headers = {"Authorization": self._token, "Content-Type": "application/json"}
        try:
            return request(method, url, headers, data)
        except Failed as failure:
            # 403 also means that the hour of the token is over.
            if not had_token or failure.status != 403:
                raise
        self._token = ""
        return self.call(method, path, body)


def request(method, url, headers, body=None, save_as=None):
    """Send a request, again where that helps, and return the text of the answer.

    `body` is bytes, or the path of a file to send; `save_as` is the path of a file that
    takes the answer. Files of any size are sent and saved piece by piece.
    """
    for pause_s in (*PAUSES_S, None):
        try:
            return _send(method, url, headers, body, save_as)
        except urllib.error.HTTPError as error:
            problem = f"The service answered {error.code}: {_message(error)}"
            is_final, status = error.code not in WORTH_ANOTHER_TRY, error.code
            told = error.headers.get("Retry-After", "")
        except (OSError, http.client.HTTPException) as error:
            # The host only: links for upload and download are secret.
            problem = f"No whole answer from {urlsplit(url).netloc}: {error}"
            is_final, status, told = False, None, ""
        if is_final or pause_s is None:
            raise Failed(problem, status)
        pause_s = int(told) if told.isdigit() else pause_s
        print(f"{problem}\nTrying again in {pause_s} s.", file=sys.stderr)
        time.sleep(pause_s)


def _send(method, url, headers, body, save_as):
    if isinstance(body, Path):
        headers = {**headers, "Content-Length": str(body.stat().st_size)}
        with body.open("rb") as file:
            return _answer(method, url, headers, file, save_as)
    return _answer(method, url, headers, body, save_as)


def _answer(method, url, headers, data, save_as):
    sent = urllib.request.Request(url, data, headers, method=method)
    with _opener.open(sent, timeout=TIMEOUT_S) as answer:
        if save_as is None:
            return answer.read().decode()
        with save_as.open("wb") as file:
            shutil.copyfileobj(answer, file, 1 << 20)
        n_bytes = answer.headers.get("Content-Length")
        if n_bytes is not None and int(n_bytes) != save_as.stat().st_size:
            raise OSError("the connection ended before the file did")
    return ""


def _message(error):
    """Return what the service says in an answer that reports an error."""
    text = error.read().decode(errors="replace")
    try:
        body = json.loads(text)
        parts = [body.get("message") or body.get("Message")]
        parts += [body.get("error"), body.get("error_description")]
        parts += [one.get("detail") for one in body.get("errors", [])]
        return "\n  ".join(filter(None, parts)) or text[:200]
    except (ValueError, TypeError, AttributeError):
        found = re.search("<Message>(.*?)</Message>", text)  # from the store of files
        return found[1] if found else text[:200]


def run(main):
    """Run a script: what fails is told in one message, and the exit code is 1."""
    try:
        main()
    except (Failed, OSError) as failure:
        sys.exit(str(failure))
