"""How a command runs: one transaction, committed at the end, refusals in one line."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from isotrain import schema
from isotrain.db import db, writing
from isotrain.errors import NotFound, Refusal, Unready
from isotrain.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")


def reads(function: Command) -> Command:
    """Run a command that only reads, or that says itself what its transactions are."""
    return _command(function, write=False)


def writes(function: Command) -> Command:
    """Run a command as one write transaction, committed when it returns."""
    return _command(function, write=True)


def _command(function: Command, *, write: bool) -> Command:
    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            if not write:
                return function(*args, **kwargs)
            db.session.rollback()  # what was read before began as a reader
            with writing():
                value = function(*args, **kwargs)
                db.session.commit()
                return value
        except (Refusal, NotFound, Unready) as error:
            db.session.rollback()
            raise click.ClickException(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            db.session.rollback()
            raise _reported(error) from error
        except OSError as error:
            db.session.rollback()
            if not error.filename:
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}.") from error

    return with_appcontext(run)  # type: ignore[return-value]


def _reported(error: OperationalError | ProgrammingError) -> Exception:
    """Return what to say of an error of the database: most often it has not been upgraded."""
    try:
        schema.assert_current(db.engine)
    except Unready as unready:
        return click.ClickException(str(unready))
    except OperationalError:
        pass  # it cannot be reached at all
    if isinstance(error, ProgrammingError):
        return error
    return click.ClickException(_("The database reports: %(error)s", error=error.orig))
