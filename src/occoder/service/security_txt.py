"""Where to report bugs and security problems (user guide, section 9; RFC 9116)."""

from datetime import UTC, datetime, timedelta
from html import escape

from occoder.service.answer import Answer
from occoder.service.call import Call
from occoder.service.service import Service

_GOOD_FOR = timedelta(days=180)


async def guide_form(service: Service, call: Call) -> Answer:
    """Return it as the guide shows it, or as RFC 9116 has it for those who ask for text."""
    if "text/plain" in call.header(b"accept"):
        return await rfc_form(service, call)
    contact = escape(service.settings.security_contact)
    body = f"<p>contact: {contact}\nexpires: {_expires()}</p>"
    return Answer(body.encode("ascii", "xmlcharrefreplace"), content_type="text/html")


async def rfc_form(service: Service, call: Call) -> Answer:
    """Return it as RFC 9116 has it."""
    body = f"Contact: {service.settings.security_contact}\nExpires: {_expires()}\n"
    return Answer(body.encode(), content_type="text/plain; charset=utf-8")


def _expires() -> str:
    """Return a time that is always ahead, and less than a year."""
    return f"{datetime.now(UTC) + _GOOD_FOR:%Y-%m-%dT%H:%M:%S}.000Z"
