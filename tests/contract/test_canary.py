"""No text, secret or token gets anywhere but into the answer to its sender (R97, F10, F13).

A real process is sent a word in every place that a caller can write to. Then everything
that it wrote, kept or answered is searched for the word.
"""

import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from canaries import Canaries, contents
from canary_visit import Searched, Visit, without_own_texts
from running_service import basic
from served_process import ServedProcess

from occoder.service import problems

pytestmark = pytest.mark.skipif(
    sys.platform != "linux",
    reason="what a process shows is read from /proc, which is Linux's",
)

FIRST_KIND = {
    "OCCODER_PAGE": "true",
    "OCCODER_LOG_FORMAT": "json",
    "OCCODER_BODY_TIMEOUT_S": "1",
    "OCCODER_MODELS_REFRESH_S": "1",
    "OCCODER_PUBLIC_PER_SECOND": "0",
    "OCCODER_PUBLIC_PER_HOUR": "0",
    "OCCODER_OTHER_CALLS_PER_MINUTE": "1000000",
}
# What the first can't show: TLS, several processes, lines for people, strict queries, and
# a proxy that hands on what it was sent.
OTHER_KIND = {
    **FIRST_KIND,
    "OCCODER_TLS": "self-signed",
    "OCCODER_WORKERS": "2",
    "OCCODER_LOG_FORMAT": "console",
    "OCCODER_STRICT_QUERIES": "true",
    "OCCODER_PROXIES": "127.0.0.1",
}
STRICT_ONLY = {problems.QUERY_REFUSED.code}


@pytest.fixture(
    scope="module", params=[FIRST_KIND, OTHER_KIND], ids=["plain", "tls-2-workers"]
)
def searched(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Searched]:
    """Return what was left of a service on which everything was tried."""
    folder = tmp_path_factory.mktemp("served")
    with ServedProcess(folder, request.param) as running:
        visit = Visit(running)
        visit.all_calls()
        visit.administer()
        visit.break_things()
        yield visit.end()
    shutil.rmtree(folder)


def codes(searched: Searched) -> set[str]:
    """Return the code of every error among the answers."""
    errors = [one for one in searched.answers.values() if b'"openapi"' not in one]
    return {code.decode() for one in errors for code in re.findall(rb'"code":"(\w+)"', one)}


def test_r97_canary_is_nowhere(searched: Searched) -> None:
    """No word that was sent is in a log, a metric, a file or the list of processes."""
    assert {"metrics", "stderr", "home/service/audit.jsonl"} <= set(searched.written)
    assert [] == searched.canaries.traces(searched.written)


def test_search_reaches_every_store(searched: Searched) -> None:
    """What is searched is what was used: it has the traces that are meant to be there."""
    written = searched.written
    database = b"".join(v for k, v in written.items() if "service.sqlite" in k)

    assert searched.client_id.encode() in written["stderr"]
    assert searched.client_id.encode() in written["home/service/audit.jsonl"]
    assert searched.client_id.encode() in database
    assert b'route="/topics/{topic}/code"' in written["metrics"]


def test_r97_answers_give_back_own_texts_only(searched: Searched) -> None:
    """An answer has the caller's words in input, recordId and explanation, else nowhere."""
    answers = {name: without_own_texts(one) for name, one in searched.answers.items()}

    assert [] == searched.canaries.traces(answers)


def test_messages_of_the_database_stay_inside(searched: Searched) -> None:
    """What the database says when it fails is in no log and in no answer."""
    kept = {k: v for k, v in searched.written.items() if "service.sqlite" not in k}

    assert "home/service/service.sqlite" in searched.written
    assert [] == searched.shouted.traces({**kept, **searched.answers})


def test_f13_secrets_are_written_nowhere(searched: Searched) -> None:
    """Neither the secret nor any part of the token of a client is written down."""
    parts = {
        f"{name} {i}": part
        for name, secret in searched.secrets.items()
        for i, part in enumerate(secret.split("."))
    }
    del parts["token 0"]  # names the key and the algorithm, the same in every token

    assert [] == [
        f"{name} in {where}"
        for name, part in parts.items()
        for where, content in searched.written.items()
        if part.encode() in content
    ]


def test_private_keys_stay_in_their_folders(searched: Searched) -> None:
    """A private key is in the folders of keys and of the certificate, else nowhere."""
    with_key = {k for k, content in searched.written.items() if b"PRIVATE KEY" in content}

    assert with_key
    assert all(k.startswith(("home/service/keys/", "home/service/tls/")) for k in with_key)


def test_every_error_was_provoked(searched: Searched) -> None:
    """Every row of the table of problems is among the answers that were searched."""
    every = {kind.code for kind in problems.KINDS}
    is_strict = bool(codes(searched) & STRICT_ONLY)

    assert set() == every - codes(searched) - (set() if is_strict else STRICT_ONLY)


def test_canaries_were_coded(searched: Searched) -> None:
    """The words did go through the coder: they come back in the answers."""
    for operation in ("code", "codeWithModel", "pageCode"):
        for kind in ("title", "tasks", "recordId", "batch"):
            name = f"{operation}: body {kind}"
            answer = next(one for k, one in searched.answers.items() if k.endswith(name))
            assert answer.startswith(b"HTTP/1.1 200 "), name
            assert searched.canaries.traces({"answer": answer}), name


def test_explanation_was_asked_for(searched: Searched) -> None:
    """Among the answers searched are explanations, which quote the text."""
    assert any(b'"explanation":' in answer for answer in searched.answers.values())


def test_every_call_was_answered(searched: Searched) -> None:
    """Every call got an answer of HTTP, with its id, and none a 5xx but those provoked."""
    silent = {"no version", "noise"}
    provoked = ("error that", "token while", "readiness", "topic without model")
    answered = {k.split(maxsplit=1)[1]: one for k, one in searched.answers.items()}

    assert [] == [k for k, one in answered.items() if not one and k not in silent]
    assert [] == [
        k for k, one in answered.items() if one[9:10] == b"5" and not k.startswith(provoked)
    ]


PLACES: dict[str, Callable[[str], dict[str, bytes]]] = {
    "text": lambda word: {"log": f'{{"event": "{word}"}}'.encode()},
    "upper case": lambda word: {"log": word.upper().encode()},
    "cut off": lambda word: {"log": word[:14].encode()},
    "rest of a cut": lambda word: {"log": word[9:].encode()},
    "base64": lambda word: {"log": basic("id", word).encode()},
    "base64 of both": lambda word: {"log": basic(word, word).encode()},
    "hexadecimal": lambda word: {"log": word.encode().hex().encode()},
    "UTF-16": lambda word: {"log": b"\xff\xfe" + word.encode("utf-16-le")},
    "name of a file": lambda word: {f"home/{word}": b""},
}


@pytest.mark.parametrize("place", PLACES)
def test_search_finds_what_is_planted(place: str) -> None:
    """The search can fail: it finds a canary however it is written, and where from."""
    canaries = Canaries()
    word = canaries.word("title")

    assert [] == canaries.traces({"log": b"nothing", "other": b""})
    assert canaries.traces(PLACES[place](word))


def test_search_finds_a_row(tmp_path: Path) -> None:
    """A canary in a row of a database, or in a file of any folder, is found and named."""
    canaries = Canaries()
    database = sqlite3.connect(tmp_path / "kept.sqlite")
    database.execute("CREATE TABLE kept (text TEXT)")
    database.execute("INSERT INTO kept VALUES (?)", [canaries.word("tasks")])
    database.commit()
    database.close()

    found = canaries.traces(dict(contents(tmp_path)))
    assert [f"tasks in {tmp_path.name}/kept.sqlite"] == found
