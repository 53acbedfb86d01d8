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
from urllib.parse import urlsplit

from isotrain.errors import Unready

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
DATABASES = ("sqlite:", "postgres:", "postgresql:", "postgresql+psycopg:")
PREFIX = "ISOTRAIN_"
LOOPBACK = ("127.0.0.1", "localhost")
SHORTEST_KEY, LEAST_CHARACTERS = 32, 10
# Outside of production the demo company is at home, and no real people are to be protected.
DEVELOPMENT_SEEDS = {"ORGANIZATION": "Halden Pumps", "SECOND_FACTOR": "0"}


@dataclass(frozen=True)
class Installation:
    """Everything about one installation that is not in its database.

    `seeds` are the other ISOTRAIN_ variables, by what follows that: first values of settings.
    """

    environment: str = "development"
    instance: Path = ROOT / "instance"
    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    former_keys: tuple[str, ...] = field(default=(), repr=False)
    public_url: str = "http://127.0.0.1:5000"
    plain_http: bool = False
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

    @property
    def host(self) -> str:
        """The name of the host that people reach it by, without a port."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def hosts(self) -> list[str]:
        """The names that requests may call this host; outside of production also its own."""
        return [self.host] if self.production else [self.host, *LOOPBACK]


def read_environment(environ: Mapping[str, str] | None = None) -> Installation:
    """Read the ISOTRAIN_* variables; raise Unready where they cannot be served."""
    env = os.environ if environ is None else environ
    seeds = {name.removeprefix(PREFIX): value.strip() for name, value in env.items()
             if name.startswith(PREFIX) and value.strip()}

    def get(name: str, default: str = "") -> str:
        return seeds.pop(name, default)

    environment = get("ENV", "development")
    if environment not in ("development", "production"):
        raise Unready(f"ISOTRAIN_ENV is {environment!r}; use development or production.")
    instance = Path(get("INSTANCE") or ROOT / "instance").absolute()
    installation = Installation(
        environment=environment,
        instance=instance,
        database_url=get("DATABASE_URL") or f"sqlite:///{instance / 'isotrain.db'}",
        secret_key=get("SECRET_KEY"),
        former_keys=tuple(get("FORMER_SECRET_KEYS").split()),
        public_url=(get("PUBLIC_URL") or f"http://127.0.0.1:{env.get('PORT', '5000')}").rstrip("/"),
        plain_http=get("PLAIN_HTTP") == "1",
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
    if not installation.host or ":" in installation.host:
        raise Unready(f"ISOTRAIN_PUBLIC_URL is {installation.public_url!r}; use an address with"
                      " a name, like https://training.example.com.")
    if installation.production:
        _refuse_weak(installation)
        return installation
    if installation.host not in LOOPBACK:
        raise Unready(f"ISOTRAIN_PUBLIC_URL leads to {installation.host}, and a development"
                      " installation serves its own machine alone. Set ISOTRAIN_ENV=production.")
    if installation.secret_key:
        return installation
    return _with_local_secret(installation)


def _refuse_weak(installation: Installation) -> None:
    """Refuse what would leave a production installation open."""
    if weak(installation.secret_key):
        raise Unready("Set ISOTRAIN_SECRET_KEY to at least 32 random characters.")
    if any(map(weak, installation.former_keys)):
        raise Unready("ISOTRAIN_FORMER_SECRET_KEYS holds a key that anybody could guess.")
    if installation.debug:
        raise Unready("Debug mode is on; it must be off in production.")
    if not installation.secure_cookies and not installation.plain_http:
        raise Unready("ISOTRAIN_PUBLIC_URL does not begin with https://, so passwords and answers"
                      " would travel in plain. Where nobody listens set ISOTRAIN_PLAIN_HTTP=1 as"
                      " well.")


def weak(key: str) -> bool:
    """Say whether a key is short, of few different characters, or a shorter one repeated."""
    return (len(key) < SHORTEST_KEY or len(set(key)) < LEAST_CHARACTERS
            or key in (key + key)[1:-1])


def refuse_open_development(installation: Installation, bind: str) -> None:
    """Raise Unready where a development installation would listen to other machines.

    `bind` is an address of gunicorn's: host:port, or the path of a socket.
    """
    host = urlsplit(f"//{bind.split('://')[-1]}").hostname or ""
    here = bind.startswith("unix:") or host in (*LOOPBACK, "::1")
    if not installation.production and not here:
        raise Unready(f"ISOTRAIN_BIND is {bind}, and a development installation listens to its own"
                      " machine alone. Set ISOTRAIN_ENV=production.")


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
