"""The hands of somebody who cannot see, as a process of their own: all they get is the transcript, all they send keys.

`python -m kiosk_app.lab.ear_process` is that process: one JSON object a line. In: `{"do", "args", "now", "lang",
"packages"}` or the `{"answer"}` to what it asked. Out: `{"ask"}` (said, key or headphones, nothing else is answered),
or how it ended: `{"done", "lang", "answered"}` or `{"failed"}`. `RemoteEars` is the other end, inside the laboratory.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from kiosk_app.lab.modes import Hands
from kiosk_app.lab.processes import ROOT, WorldError
from kiosk_app.lab.world import World

ALLOWED = frozenset({"said", "key", "headphones"})
INTENTS = frozenset({"start", "choose", "go", "press", "fill", "fill_all", "answer", "act"})
SELECT = "SELECT"


class RemoteEars(Hands):
    """Voice-only hands in another process.

    `silenced` says of an utterance whether it is kept from them. `relied` collects the words they had heard last
    whenever they selected something: what the journey hangs on.
    """

    name = "voice-only"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.silenced: Callable[[str], bool] = lambda _: False
        self.relied: list[str] = []
        self._heard_last = ""
        self._process: subprocess.Popen[str] | None = None

    # Intents: each goes over whole.

    def start(self) -> None:
        """A plug in the jack wakes the voice."""
        self._do("start")

    def choose(self, name: str) -> None:
        """Look for the words of a service or of a key."""
        self._do("choose", name)

    def go(self, where: str) -> None:
        """Walk to the key that leads there, by its words."""
        self._do("go", where)

    def press(self, node_id: str) -> None:
        """Find something by its words and select it."""
        self._do("press", node_id)

    def act(self, name: str) -> None:
        """The same: nothing is where an eye would see it."""
        self._do("press", name)

    def fill(self, node_id: str, value: str) -> None:
        """Wait for the question, then answer it."""
        self._do("fill", node_id, value)

    def fill_all(self, values: Mapping[str, str]) -> None:
        """Enter several values."""
        self._do("fill_all", dict(values))

    def answer(self, answers: Mapping[str, str]) -> None:
        """Answer each question as it is asked, until the review speaks."""
        self._do("answer", dict(answers))

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    # How

    def _do(self, intent: str, *args: Any) -> None:
        """Hand an intent over and serve what the other side asks until it is done.

        Raises:
            WorldError: it was not achieved, or the other side asked for more than a voice gives.
        """
        down, up = self._pipes()
        now = self.world.clock.now().isoformat()
        known = str(self.world.packages)
        _write(down, {"do": intent, "args": args, "now": now, "lang": self.lang, "packages": known})
        for line in up:
            said = json.loads(line)
            if "ask" in said:
                _write(down, {"answer": self._asked(said["ask"])})
            elif "failed" in said:
                raise WorldError(str(said["failed"]))
            else:
                self.lang, self.answered = str(said["lang"]), list(said["answered"])
                return
        raise WorldError("the hands that only hear have ended")

    def _asked(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer with words only; a key's answer is what is said next."""
        if len(request) != 1 or not request.keys() <= ALLOWED:
            self.close()
            raise WorldError(f"hands that only hear asked for {', '.join(request)}")
        if request.get("key") == SELECT and self._heard_last:
            self.relied.append(self._heard_last)
        answer = self.world.stage.ask(**request)
        if "said" not in request:
            return {}
        texts = [text for one in answer["said"] if not self.silenced(text := str(one["text"]))]
        if texts:
            self._heard_last = texts[-1]
        return {"said": [{"text": text} for text in texts], "count": answer["count"]}

    def _pipes(self) -> tuple[IO[str], Iterator[str]]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kiosk_app.lab.ear_process"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        down, up = self._process.stdin, self._process.stdout
        if down is None or up is None:
            raise WorldError("the hands that only hear have no pipes")
        return down, iter(up.readline, "")


class _Stage:
    """What these hands take for the terminal: a voice and a keypad at the end of a pipe."""

    def ask(self, **request: Any) -> Mapping[str, Any]:
        _write(sys.stdout, {"ask": request})
        answer: Mapping[str, Any] = json.loads(sys.stdin.readline())["answer"]
        return answer


class _Clock:
    def __init__(self) -> None:
        self.at = datetime.fromtimestamp(0, UTC)

    def now(self) -> datetime:
        return self.at


class _World:
    """No page and no platform; `packages` are what a resident can know of services: their names and questions."""

    pace = "fast"

    def __init__(self) -> None:
        self.packages = Path()
        self.stage = _Stage()
        self.clock = _Clock()


def main() -> None:
    """Carry out intents until the input ends."""
    from kiosk_app.lab.by_ear import EarHands

    world = _World()
    hands = EarHands(world)  # type: ignore[arg-type]
    while line := sys.stdin.readline():
        asked = json.loads(line)
        world.clock.at = datetime.fromisoformat(asked["now"])
        world.packages = Path(asked["packages"])
        hands.lang = asked["lang"]
        try:
            if asked["do"] not in INTENTS:
                raise WorldError(f"no intent {asked['do']}")
            getattr(hands, asked["do"])(*asked["args"])
        except WorldError as error:
            _write(sys.stdout, {"failed": str(error)})
        else:
            _write(sys.stdout, {"done": True, "lang": hands.lang, "answered": hands.answered})


def _write(pipe: IO[str], message: Mapping[str, Any]) -> None:
    pipe.write(json.dumps(message, ensure_ascii=False) + "\n")
    pipe.flush()


if __name__ == "__main__":
    main()
