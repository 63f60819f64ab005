"""A web form that asks for a person's job and offers the occupations that it may be.

Two pages: the questions, and "did you mean", with "none of these" as an answer of equal
rank. The coding service is asked by the server, never by the browser, so id and secret
stay on the server; and it is asked for a second and a half at most: when it is slow, at
its limit or gone, the person doesn't notice, and the answer is coded later.

Run it beside a service, with what `occoder client add` printed:

    CODER_URL=http://127.0.0.1:8080 CODER_ID=... CODER_SECRET=... \
        python examples/web_form.py

Answers are appended to answers.jsonl. docs/guides/web-form.md explains each choice.
"""

import json
import os
import secrets
import sys
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qs

from occoder.client import Client
from occoder.errors import RemoteError
from occoder.wire import MAX_CHARACTERS, MIN_CHARACTERS, CodedRecord

TIMEOUT_S = 1.5
N_OFFERED = 5
MAX_BODY_BYTES = 10_000
MAX_OPEN_FORMS = 10_000
NONE_OF_THESE = "none"

# What phones put into texts by themselves; accents and the like are taken apart.
TYPED = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014", "''\"\"--")

STYLE = """
body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 2rem auto;
  padding: 0 1rem; color: #1a1a1a; background: #fff }
label, legend { display: block; font-weight: 600; margin-top: 1.25rem }
input[type=text], textarea { font: inherit; width: 100%; box-sizing: border-box;
  padding: .5rem; border: 2px solid #595959; border-radius: 4px }
fieldset { border: 0; padding: 0; margin: 0 }
fieldset label { font-weight: 400; padding: .75rem; border: 1px solid #8c8c8c;
  border-radius: 4px; margin-top: .5rem }
button { font: inherit; font-weight: 600; margin-top: 1.5rem; padding: .6rem 1.5rem;
  color: #fff; background: #00527a; border: 0; border-radius: 4px }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px }
.hint { color: #595959; margin: 0 }
"""

QUESTIONS = """
<h1>Your main job</h1>
<form method="post" action="/job">
<label for="title">What is your job called?</label>
<p class="hint" id="title-hint">For example: registered nurse, truck driver</p>
<input type="text" id="title" name="title" maxlength="100" required
  aria-describedby="title-hint">
<label for="tasks">What do you mainly do in it?</label>
<p class="hint" id="tasks-hint">For example: care for patients after operations</p>
<textarea id="tasks" name="tasks" rows="2" maxlength="100"
  aria-describedby="tasks-hint"></textarea>
<button>Continue</button>
</form>
"""

THANKS = "<h1>Thank you</h1><p>Your answer has been kept.</p>"


@dataclass(frozen=True)
class Job:
    """What a person wrote, and what was offered for it."""

    title: str
    tasks: str
    offered: Sequence[CodedRecord] = ()


@dataclass
class OpenForms:
    """Forms that wait for a choice, by a key that can't be guessed; the oldest go first.

    The choice is looked up in what was offered: a browser can't send a code of its own.
    """

    jobs: OrderedDict[str, Job] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def put(self, job: Job) -> str:
        """Keep a job and return its key."""
        key = secrets.token_urlsafe()
        with self.lock:
            self.jobs[key] = job
            while len(self.jobs) > MAX_OPEN_FORMS:
                self.jobs.popitem(last=False)
        return key

    def take(self, key: str) -> Job | None:
        """Return the job of a key, once."""
        with self.lock:
            return self.jobs.pop(key, None)


def plain(text: str, max_characters: int) -> str:
    """Return a text in the characters that the service takes, and not too long."""
    taken_apart = unicodedata.normalize("NFKD", text.translate(TYPED))
    kept = taken_apart.encode("ascii", "ignore").decode()
    return " ".join(kept.split())[:max_characters]


def occupations(coder: Client, title: str, tasks: str) -> Sequence[CodedRecord]:
    """Return what a job may be, best first; nothing when that can't be said in time."""
    title = plain(title, MAX_CHARACTERS)
    tasks = plain(tasks, MAX_CHARACTERS - len(title))
    if len(title) + len(tasks) < MIN_CHARACTERS:
        return ()
    try:
        answer = coder.code_one(title, tasks, suggestions=N_OFFERED, levels=True)
    except RemoteError as error:
        # The slug says what happened; of the person's texts nothing is in it.
        print(f"no suggestions: {error.slug}", file=sys.stderr)
        return ()
    # Where only a group is sure, the best occupation is worth asking about too.
    found = [*answer.result, *(answer.suggestions or ()), *(answer.levels or ())[-1:]]
    return list({one.code_category: one for one in found}.values())


def keep(file: Path, job: Job, code: CodedRecord | None, *, was_asked: bool) -> None:
    """Append an answer: what was written, what was chosen, and what to do later."""
    answer = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "occp_text": job.title,
        "tasks_text": job.tasks,
        "code": code.code_category if code else None,
        "title": code.code_label if code else None,
        "confidence": code.code_confidence if code else None,
        "status": "chosen" if code else "none of these" if was_asked else "to be coded",
    }
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(answer) + "\n")


def choice_page(key: str, job: Job) -> str:
    """Return the page that asks which occupation is meant."""
    options = "".join(
        f'<label><input type="radio" name="choice" value="{position}" required> '
        f"{escape(one.code_label)}</label>"
        for position, one in enumerate(job.offered)
    )
    return f"""
<h1>Did you mean one of these?</h1>
<form method="post" action="/choice">
<input type="hidden" name="key" value="{escape(key)}">
<fieldset><legend>You wrote: {escape(job.title)}</legend>{options}
<label><input type="radio" name="choice" value="{NONE_OF_THESE}" required>
None of these</label></fieldset>
<button>Continue</button>
</form>
"""


class Form(BaseHTTPRequestHandler):
    """Answers browsers; one thread for each, all with the one client."""

    coder: Client
    file: Path
    forms = OpenForms()
    timeout = 30

    def do_GET(self) -> None:
        """Show the questions."""
        self._show(QUESTIONS if self.path == "/" else "<h1>Not found</h1>")

    def do_POST(self) -> None:
        """Take an answer."""
        length = self.headers.get("Content-Length", "")
        if not (length.isdecimal() and int(length) <= MAX_BODY_BYTES):
            self.close_connection = True
            return self._show("<h1>That is too long</h1>")
        given = parse_qs(self.rfile.read(int(length)).decode(errors="replace"))
        sent = {name: values[0].strip() for name, values in given.items()}
        self._show(self._choice(sent) if self.path == "/choice" else self._job(sent))

    def _job(self, sent: Mapping[str, str]) -> str:
        job = Job(sent.get("title", ""), sent.get("tasks", ""))
        if offered := occupations(self.coder, job.title, job.tasks):
            job = Job(job.title, job.tasks, offered)
            return choice_page(self.forms.put(job), job)
        keep(self.file, job, None, was_asked=False)
        return THANKS

    def _choice(self, sent: Mapping[str, str]) -> str:
        job = self.forms.take(sent.get("key", ""))
        if job is None:
            return QUESTIONS
        chosen = {str(position): one for position, one in enumerate(job.offered)}
        keep(self.file, job, chosen.get(sent.get("choice", "")), was_asked=True)
        return THANKS

    def _show(self, page: str) -> None:
        body = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Your main job</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{STYLE}</style></head><body><main>{page}</main></body></html>""".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Serve the form until it is interrupted."""
    environ = os.environ
    url, client_id, secret = (environ[f"CODER_{name}"] for name in ("URL", "ID", "SECRET"))
    # No second attempt: what is not there in time comes too late for this person.
    with Client(url, client_id, secret, timeout_s=TIMEOUT_S, max_wait_s=0) as coder:
        Form.coder = coder
        Form.file = Path(environ.get("FORM_ANSWERS", "answers.jsonl"))
        place = ("127.0.0.1", int(environ.get("FORM_PORT", "8000")))
        with ThreadingHTTPServer(place, Form) as server:
            print(f"http://127.0.0.1:{server.server_port}/", flush=True)
            server.serve_forever()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except KeyError as missing:
        sys.exit(f"Set {missing.args[0]}; the top of this file says to what.")
