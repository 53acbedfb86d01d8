"""Handing letters to a mail server; slow, so never inside a transaction."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from isotrain.config import Settings

SECONDS = 30
NEARBY = ("localhost", "127.0.0.1", "::1")
FAILURES = (OSError, smtplib.SMTPException)


class Mailbox:
    """An open way to a mail server, opened at the first letter and again after a failure."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def hand_over(self, message: EmailMessage) -> None:
        """Give one letter to the server; raises one of FAILURES."""
        try:
            if self._server is None:
                self._server = _connect(self._settings)
            self._server.send_message(message)
        except FAILURES:
            self.close()
            raise

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except FAILURES:
                server.close()


@contextmanager
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """Hold a mailbox for the length of a block."""
    box = Mailbox(settings)
    try:
        yield box
    finally:
        box.close()


def _connect(settings: Settings) -> smtplib.SMTP:
    """Connect with encryption: letters carry one-time links. Only this machine may go without."""
    context = ssl.create_default_context()
    if settings.mail_port == 465:
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.mail_host, settings.mail_port,
                                                timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif settings.mail_host not in NEARBY:
            server.close()
            raise smtplib.SMTPException("the mail server offers no encryption (STARTTLS)")
    if settings.mail_user:
        server.login(settings.mail_user, settings.mail_password)
    return server
