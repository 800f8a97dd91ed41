"""What a rotation decides: which database, whether it is this secret's turn, what the secret holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ENGINES = ("postgresql", "mysql", "mariadb")
HOME = {"postgresql": "postgres", "mysql": "", "mariadb": ""}
"""The database to log in to where DB_NAME names none."""

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"


class RotationError(Exception):
    """The rotation can't go on; says why, and holds no secret."""


@dataclass(frozen=True)
class Settings:
    """The database, and the user whose password it is."""

    engine: str
    host: str
    port: int
    database: str
    user: str
    ca_file: str
    admin_secret_arn: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The function's settings; raises `RotationError` for what is missing."""
    needed = {
        name: environment.get(name, "")
        for name in ("DB_ENGINE", "DB_HOST", "DB_PORT", "DB_USER", "DB_CA_FILE")
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise RotationError(f"{', '.join(missing)}: not set")
    engine = needed["DB_ENGINE"]
    if engine not in ENGINES:
        raise RotationError(f"DB_ENGINE: {engine!r} is none of {', '.join(ENGINES)}")
    return Settings(
        engine,
        needed["DB_HOST"],
        int(needed["DB_PORT"]),
        environment.get("DB_NAME") or HOME[engine],
        needed["DB_USER"],
        needed["DB_CA_FILE"],
        environment.get("DB_ADMIN_SECRET_ARN", ""),
    )


def place_of(described: Mapping[str, Any], token: str) -> str:
    """Where the version of this rotation stands; raises `RotationError` where none was asked for."""
    if not described.get("RotationEnabled"):
        raise RotationError("the secret is not rotated")
    stages = described.get("VersionIdsToStages", {}).get(token)
    if stages is None:
        raise RotationError("the secret has no version of this token")
    if CURRENT in stages:
        return CURRENT
    if PENDING not in stages:
        raise RotationError("the version of this token is not the next one")
    return PENDING


def content(settings: Settings, password: str) -> dict[str, Any]:
    """What the secret holds, in the form that AWS's own clients and drivers read."""
    return {
        "engine": "postgres" if settings.engine == "postgresql" else settings.engine,
        "host": settings.host,
        "port": settings.port,
        "dbname": settings.database,
        "username": settings.user,
        "password": password,
    }
