"""Handing letters to a mail server; slow, so never inside a transaction."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from isotrain import config
from isotrain.settings import values
from isotrain.settings.definitions import MAIL_HOST, MAIL_PORT, MAIL_USER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

SECONDS = 30
NEARBY = ("localhost", "127.0.0.1", "::1")
FAILURES = (OSError, smtplib.SMTPException)


@dataclass(frozen=True)
class Server:
    """Where letters are handed over, and as whom."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)


def server() -> Server:
    """Return the mail server of this installation."""
    return Server(values.value_of(MAIL_HOST), values.value_of(MAIL_PORT),
                  values.value_of(MAIL_USER), config.current().mail_password)


class Mailbox:
    """An open way to a mail server, opened at the first letter and again after a failure."""

    def __init__(self, at: Server) -> None:
        self._at = at
        self._server: smtplib.SMTP | None = None

    def hand_over(self, message: EmailMessage) -> None:
        """Give one letter to the server; raises one of FAILURES."""
        try:
            if self._server is None:
                self._server = _connect(self._at)
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
def mailbox(at: Server) -> Iterator[Mailbox]:
    """Hold a mailbox for the length of a block."""
    box = Mailbox(at)
    try:
        yield box
    finally:
        box.close()


def _connect(at: Server) -> smtplib.SMTP:
    """Connect with encryption: letters carry one-time links. Only this machine may go without."""
    context = ssl.create_default_context()
    if at.port == 465:
        server: smtplib.SMTP = smtplib.SMTP_SSL(at.host, at.port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(at.host, at.port, timeout=SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif at.host not in NEARBY:
            server.close()
            raise smtplib.SMTPException("the mail server offers no encryption (STARTTLS)")
    if at.user:
        server.login(at.user, at.password)
    return server
