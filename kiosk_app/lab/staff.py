"""Somebody of the hotline who answers what residents type, over the platform's own calls for staff."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from contracts import uuid7
from kiosk_app.lab.processes import wait_until

if TYPE_CHECKING:
    from kiosk_app.lab.world import World

TALK_S = 15.0


class Staff:
    """One person of the staff. Of several talks the last one is meant."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._token = ""
        self._number = 0
        self._before = 0

    def duty(self, minutes: int) -> None:
        """Come on duty or leave."""
        self._ask("PUT", "/duty", {"minutes": minutes})

    def answer(self, text: str) -> None:
        """Answer the resident, as soon as they have written.

        Raises:
            WorldError: nobody writes.
        """
        number = self._talk()
        key = uuid7(int(self._world.clock.now().timestamp() * 1000), os.urandom)
        self._ask("POST", f"/chats/{number}:answer", {"id": key, "text": text})

    def end(self) -> None:
        """End the talk."""
        self._ask("POST", f"/chats/{self._talk()}:close", {})

    def seen(self) -> Mapping[str, Any]:
        """What staff see of the talk: `says` (the resident), `service`, `step`, `closed`; empty when there is none."""
        self._listed()
        if not self._number:
            return {}
        found = self._ask("GET", f"/chats/{self._number}")
        says = [line["text"] for line in found["messages"] if line["who"] == "resident"]
        about = found["chat"]
        return {"says": says, "service": about["service"], "step": about["step"], "closed": about["closed"]}

    def rest(self) -> None:
        """Off duty; the talks of before are no longer meant."""
        if self._token:
            self.duty(0)
            self._listed()
        self._before = max(self._before, self._number)
        self._number = 0

    def _talk(self) -> int:
        wait_until(lambda: self._listed() > 0, TALK_S, "a resident writes to staff")
        return self._number

    def _listed(self) -> int:
        """How many talks of this visit are open; the newest is meant from now on, also when it is over."""
        found = [int(one["number"]) for one in self._ask("GET", "/chats") if int(one["number"]) > self._before]
        self._number = max([self._number, *found])
        return len(found)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        platform = self._world.platform
        if not self._token:
            self._token = str(platform.post("/lab/staff", {})["token"])
        return platform.ask(method, f"/staff/v1{path}", body, self._token)
