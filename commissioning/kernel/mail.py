"""E-mails: worded from a template, written as jobs with the deed that causes them, one message for each reader.

A template's first line is the subject, then a blank line, then the text. Subjects are neutral, texts say nothing of
figures or bids: they ask the reader to sign in.
"""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.template import Context
from django.template.loader import get_template

from commissioning.kernel.background import Actor, enqueue
from commissioning.kernel.models import Job

LONGEST_SUBJECT = 150


class NotAnAddress(ValueError):
    """Somebody is to be written to under something that is no e-mail address."""


def send_soon(
    *, to: Iterable[str], template: str, context: Mapping[str, Any], by: Actor | None, key: str = "", reply_to: str = ""
) -> list[Job]:
    """Write an e-mail to each of `to`, sent by the worker after the caller's transaction is committed.

    :param template: such as "emails/pledged.txt"; see the head of this module.
    :param key: natural key of the occasion, such as "return:CB-7K3M9QXD:overdue": each reader hears of it once ever.
    :raises NotAnAddress: before anything is written.
    """
    subject, text = worded(template, context)
    occasion = key or uuid.uuid4().hex
    return [
        enqueue(
            "kernel.send_mail",
            key=f"mail:{hashlib.sha256(f'{occasion}|{address}'.encode()).hexdigest()[:40]}",
            by=by,
            once=bool(key),
            to=address,
            subject=subject,
            text=text,
            reply_to=reply_to,
        )
        for address in dict.fromkeys(_checked(one) for one in to)
    ]


def worded(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of an e-mail. Texts in `context` become single lines, so that none can break the subject's."""
    single = {name: one_line(value) if isinstance(value, str) else value for name, value in context.items()}
    known = {"site_address": settings.SITE_ADDRESS, "support_email": settings.SUPPORT_EMAIL}
    loaded: Any = get_template(template)
    said = loaded.template.render(Context({**known, **single}, autoescape=False))
    subject, _, text = said.lstrip().partition("\n")
    return one_line(subject)[:LONGEST_SUBJECT], text.strip() + "\n"


def one_line(text: str) -> str:
    """Text without anything that could end a header's line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def deliver(*, to: str, subject: str, text: str, reply_to: str, reference: str) -> None:
    """Send one message now. Its number comes from the job, so that a repeated delivery can be told from a new one.

    :raises OSError: (or smtplib's errors, which are kinds of it) when the mail server does not take it.
    """
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {
        "Message-ID": f"<{reference.lower()}@{domain}>" if reference else make_msgid(domain=domain),
        "Auto-Submitted": "auto-generated",
    }
    EmailMessage(one_line(subject), text, to=[_checked(to)], reply_to=[reply_to] if reply_to else None, headers=headers).send()


def _checked(address: str) -> str:
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise NotAnAddress(f"{address!r} is not an e-mail address") from None
    return address
