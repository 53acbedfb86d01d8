"""Settings, read once from the environment into one frozen value."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from isotrain.errors import Unready

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024
# Outside of production the demo company is at home.
DEFAULT_ORGANIZATION = {"production": "Your organization", "development": "Halden Pumps",
                        "testing": "Example Works"}
DATABASES = ("sqlite:", "postgres:", "postgresql:", "postgresql+psycopg:")


@dataclass(frozen=True)
class Settings:
    """Everything about one installation that is not in its database."""

    environment: str = "development"
    instance: Path = ROOT / "instance"
    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    public_url: str = "http://127.0.0.1:5000"
    organization: str = "Your organization"
    debug: bool = False
    proxies: int = 0
    mail_host: str = ""
    mail_port: int = 587
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_from: str = ""
    session_idle: timedelta = timedelta(minutes=30)
    session_absolute: timedelta = timedelta(hours=12)
    upload_limit: int = 20 * MEBIBYTE
    two_person: bool = False

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


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ISOTRAIN_* variables; raise Unready where they cannot be served."""
    env = os.environ if environ is None else environ

    def get(name: str, default: str = "") -> str:
        return env.get(f"ISOTRAIN_{name}", default).strip()

    environment = get("ENV", "development")
    if environment not in ("development", "production", "testing"):
        raise Unready(f"ISOTRAIN_ENV is {environment!r}; use development or production.")
    instance = Path(get("INSTANCE") or ROOT / "instance").absolute()
    settings = Settings(
        environment=environment,
        instance=instance,
        database_url=get("DATABASE_URL") or f"sqlite:///{instance / 'isotrain.db'}",
        secret_key=get("SECRET_KEY"),
        public_url=(get("PUBLIC_URL") or f"http://127.0.0.1:{env.get('PORT', '5000')}").rstrip("/"),
        organization=get("ORGANIZATION") or DEFAULT_ORGANIZATION[environment],
        debug=get("DEBUG") == "1" or env.get("FLASK_DEBUG", "0") not in ("", "0"),
        proxies=_number(get("PROXIES", "0"), "PROXIES"),
        mail_host=get("MAIL_HOST"),
        mail_port=_number(get("MAIL_PORT", "587"), "MAIL_PORT"),
        mail_user=get("MAIL_USER"),
        mail_password=get("MAIL_PASSWORD"),
        mail_from=get("MAIL_FROM"),
        two_person=get("TWO_PERSON") == "1",
    )
    return _checked(settings)


def _number(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Unready(f"ISOTRAIN_{name} is {text!r}; use a whole number.") from None


def _checked(settings: Settings) -> Settings:
    if settings.database_url and not settings.database_url.startswith(DATABASES):
        raise Unready("ISOTRAIN_DATABASE_URL names no database that is supported; "
                      "use postgresql+psycopg://user:password@host/database.")
    if settings.production:
        if len(settings.secret_key) < 32:
            raise Unready("Set ISOTRAIN_SECRET_KEY to at least 32 random characters.")
        if settings.debug:
            raise Unready("Debug mode is on; it must be off in production.")
        return settings
    if settings.secret_key:
        return settings
    return _with_local_secret(settings)


def _with_local_secret(settings: Settings) -> Settings:
    """Give a development installation a secret of its own that survives a restart."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    path = settings.instance / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    values = {**settings.__dict__, "secret_key": path.read_text().strip()}
    return Settings(**values)


def current() -> Settings:
    """Return the settings of the running application."""
    from flask import current_app

    settings: Settings = current_app.config["SETTINGS"]
    return settings
