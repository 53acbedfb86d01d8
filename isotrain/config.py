"""What an installation is told by its environment, read once into one frozen value.

Here stands what is needed before the database opens, and what is secret. What an organization
decides while it runs is a setting (`settings/`); for those the environment has a first value.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from isotrain.errors import Unready

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
DATABASES = ("sqlite:", "postgres:", "postgresql:", "postgresql+psycopg:")
PREFIX = "ISOTRAIN_"
# Outside of production the demo company is at home.
DEVELOPMENT_SEEDS = {"ORGANIZATION": "Halden Pumps"}


@dataclass(frozen=True)
class Installation:
    """Everything about one installation that is not in its database.

    `seeds` are the other ISOTRAIN_ variables, by what follows that: first values of settings.
    """

    environment: str = "development"
    instance: Path = ROOT / "instance"
    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    public_url: str = "http://127.0.0.1:5000"
    debug: bool = False
    proxies: int = 0
    mail_password: str = field(default="", repr=False)
    seeds: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def keys(self) -> Path:
        """The folder of the private signing keys."""
        return self.instance / "keys"

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")


def read_environment(environ: Mapping[str, str] | None = None) -> Installation:
    """Read the ISOTRAIN_* variables; raise Unready where they cannot be served."""
    env = os.environ if environ is None else environ
    seeds = {name.removeprefix(PREFIX): value.strip() for name, value in env.items()
             if name.startswith(PREFIX) and value.strip()}

    def get(name: str, default: str = "") -> str:
        return seeds.pop(name, default)

    environment = get("ENV", "development")
    if environment not in ("development", "production", "testing"):
        raise Unready(f"ISOTRAIN_ENV is {environment!r}; use development or production.")
    instance = Path(get("INSTANCE") or ROOT / "instance").absolute()
    installation = Installation(
        environment=environment,
        instance=instance,
        database_url=get("DATABASE_URL") or f"sqlite:///{instance / 'isotrain.db'}",
        secret_key=get("SECRET_KEY"),
        public_url=(get("PUBLIC_URL") or f"http://127.0.0.1:{env.get('PORT', '5000')}").rstrip("/"),
        debug=get("DEBUG") == "1" or env.get("FLASK_DEBUG", "0") not in ("", "0"),
        proxies=_number(get("PROXIES", "0"), "PROXIES"),
        mail_password=get("MAIL_PASSWORD"),
    )
    local = DEVELOPMENT_SEEDS if environment == "development" else {}
    return _checked(replace(installation, seeds={**local, **seeds}))


def _number(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Unready(f"ISOTRAIN_{name} is {text!r}; use a whole number.") from None


def _checked(installation: Installation) -> Installation:
    if installation.database_url and not installation.database_url.startswith(DATABASES):
        raise Unready("ISOTRAIN_DATABASE_URL names no database that is supported; "
                      "use postgresql+psycopg://user:password@host/database.")
    if installation.production:
        if len(installation.secret_key) < 32:
            raise Unready("Set ISOTRAIN_SECRET_KEY to at least 32 random characters.")
        if installation.debug:
            raise Unready("Debug mode is on; it must be off in production.")
        return installation
    if installation.secret_key:
        return installation
    return _with_local_secret(installation)


def _with_local_secret(installation: Installation) -> Installation:
    """Give a development installation a secret of its own that survives a restart."""
    installation.instance.mkdir(parents=True, exist_ok=True)
    path = installation.instance / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return replace(installation, secret_key=path.read_text().strip())


def current() -> Installation:
    """Return what the environment told the running application."""
    from flask import current_app

    installation: Installation = current_app.config["INSTALLATION"]
    return installation
