"""The function against a real server, without Secrets Manager: invoke, and look what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from hypothesis import strategies as st

from tests.lambdas.loading import load
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import Postgres

handler = load("db_users")
login = load("db_users", "login")
model = load("db_users", "model")
wanted = load("db_users", "wanted")

Kind = TypeVar("Kind", bound=Postgres | MariaDb)

HOME = {"postgresql": "postgres", "mysql": ""}


class Managed(Generic[Kind]):
    """The users of one server; `log` has every line that the function has written, `sql` its statements."""

    def __init__(self, server: Kind) -> None:
        self.server = server
        self.log: list[dict[str, Any]] = []
        self._open: Any = None
        self.login = login.Login(
            engine=server.engine,
            host=server.host,
            port=server.port,
            database=HOME[server.engine],
            ca_file=str(server.certificates.authority),
            user=server.master,
            password=server.master_password,
        )

    @property
    def sql(self) -> list[str]:
        return [line["sql"] for line in self.log if line["event"] == "statement"]

    def invoke(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """What the handler does once it has its login; the connections are kept, as each costs more than the work."""
        self.log = []
        asked = wanted.request(event, self.login.engine, self.login.user)
        if self._open is None:
            self._open = handler._open(self.login)
        answer: dict[str, Any] = handler.run(
            asked, *self._open, lambda event, **line: self._note(event, line)
        )
        return answer

    def close(self) -> None:
        """End the connections."""
        opened, self._open = self._open, None
        if opened is not None:
            opened[0].close()

    def _note(self, event: str, line: Mapping[str, Any]) -> None:
        self.log.append({"event": event, **line})

    def want(self, *users: Mapping[str, Any], before: Any = (), drop: bool = False) -> dict[str, Any]:
        """Create or update: `users` are wanted now, `before` were until now."""
        life = {"action": "update" if before else "create", "prev_input": {"users": list(before)}}
        return self.invoke({"users": list(users), "drop_removed": drop, "tf": life})

    def delete(self, *users: Mapping[str, Any], drop: bool = False) -> dict[str, Any]:
        """The stack that wanted these users is destroyed."""
        return self.invoke({"users": list(users), "drop_removed": drop, "tf": {"action": "delete"}})


def user(name: str, *grants: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "grants": list(grants), **more}


NASTY = [
    "'",
    '"',
    "`",
    "\\",
    ";",
    "--",
    "/*",
    "*/",
    "%",
    "_",
    ":name",
    "%s",
    "$$",
    "$1",
    " ",
    "\n",
    "é",
    "猫",
    "\u202e",
    ".",
    "@",
    "?",
]


def names(longest: int, *, beyond_the_bmp: bool = True) -> st.SearchStrategy[str]:
    """Names that try to end a quotation, or to mean something to a driver."""
    letters = st.characters(
        min_codepoint=1, max_codepoint=0x10FFFF if beyond_the_bmp else 0xFFFF, exclude_categories=["Cs"]
    )
    made = st.lists(st.sampled_from(NASTY) | letters, min_size=1, max_size=12).map("".join)
    return made.filter(lambda name: len(name.encode()) <= longest and name == name.strip())
