"""One visit being played: who is there, what was before, what has been seen, and how each step is carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.masks import mask_id, mask_name, mask_phone
from kiosk_app.control import ControlError, ask
from kiosk_app.documents import ReceiptModel, read_aloud
from kiosk_app.lab.checks import CHECKS, log_lines
from kiosk_app.lab.happenings import WORLD
from kiosk_app.lab.modes import Hands, hands_for, node_of
from kiosk_app.lab.panels import strokes
from kiosk_app.lab.paper import model_from
from kiosk_app.lab.parts import portraits
from kiosk_app.lab.people import Resident
from kiosk_app.lab.processes import WorldError
from kiosk_app.lab.recording import Listener, samples_of
from kiosk_app.lab.script import Script, Step
from kiosk_app.lab.world import World

AGES = {"child": (6, 12), "guardian": (30, 45)}
"""Whoever has an age of their own, whatever the script says of its resident."""


class Visit:
    """One script being played: who is there, what was before, what has been seen."""

    def __init__(
        self,
        world: World,
        script: Script,
        mode: str,
        lang: str,
        listener: Listener,
        people: Mapping[str, Resident] | None = None,
    ) -> None:
        """`people` are those who were drawn before; everybody else is drawn when first named."""
        self.world = world
        self.script = script
        self.mode = mode
        self.lang = lang
        self.listener = listener
        self.hands: Hands = hands_for(mode, world)
        self.hands.lang = lang
        self.dying = False
        self.payment_code = ""
        self._accounts: dict[str, str] = {}
        self.patience = 1.0
        self.last_said: list[dict[str, Any]] = []
        self.receipts_before = len(world.paper_status()["receipts"])
        self._sheets_before = frozenset(world.tray.glob("*.pdf"))
        self.log_from = world.state.log.stat().st_size if world.state.log.exists() else 0
        self._sound_from = (samples_of(world.sound), samples_of(world.headphone_sound))
        self._people: dict[str, Resident] = dict(people or {})
        self._cases: list[dict[str, Any]] = []
        self._models: list[dict[str, Any]] = []
        before = world.stage.ask(cases=True)["cases"] if world.powered else []
        self._known = {case["submission"] for case in before} | {row["id"] for row in self._outbox()}
        self.payments_before = len(self._payments())
        self.resident = self.person("resident-1")
        self.messages_read: dict[str, int] = {self.resident.phone: len(world.messages(self.resident.phone))}

    # People

    def person(self, name: str) -> Resident:
        """Somebody by name: resident-1 (whom the script describes), resident-2..., expired, host, child, guardian,
        foreigner, foreigner-2017, hmt.
        """
        name = name.removeprefix("card:")
        if name == "host":
            return self.world.host
        if name == "technician":
            return self.world.technician
        name = "resident-1" if name == "resident" else name
        if name not in self._people:
            self._people[name] = self._draw(name)
        return self._people[name]

    def _draw(self, name: str) -> Resident:
        if name.startswith(("foreigner", "hmt")):
            return self.world.stranger(name)
        ages = AGES.get(name) or self.script.resident.get("age", (81, 93))
        drawn = self.world.resident(
            age=(int(ages[0]), int(ages[1])),
            expired=name == "expired",
            known=bool(self.script.resident.get("known", True)),
            licences=tuple(self.script.resident.get("licences", ())),
        )
        if "camera" not in self.script.parts:
            return drawn
        # Whose face: each of the cast is another published portrait, in the order in which they are named.
        faces = list(portraits().values())
        return replace(drawn, photo=faces[len(self._people) % len(faces)][0]) if faces else drawn

    def live_picture(self, name: str) -> str:
        """The portrait before the camera for somebody: another one than on their card where there is one."""
        card = self.person(name).photo
        pictures = portraits().get(card.rpartition("-")[0], [card])
        return next((one for one in pictures if one != card), card)

    # What was seen

    def remember(self) -> None:
        """Keep what the stage knows before it dies."""
        if not self.world.powered:
            return
        for case in self.world.stage.ask(cases=True)["cases"]:
            self._cases = [old for old in self._cases if old["submission"] != case["submission"]]
            if case["submission"] not in self._known:
                self._cases.append(case)
        for receipt in self.world.stage.ask(receipts=True)["receipts"]:
            if receipt not in self._models:
                self._models.append(receipt)
        self.last_said = self.world.stage.ask(said=0)["said"]

    @property
    def case(self) -> Mapping[str, Any]:
        """The last case of this visit, empty when there is none."""
        if self.world.powered and not self.dying:
            self.remember()
        return self._cases[-1] if self._cases else {}

    @property
    def applied(self) -> str:
        """The number of the first case that the platform accepted in this visit."""
        self.remember()
        return next((str(case["number"]) for case in self._cases if str(case["number"]).startswith("XC-")), "")

    @property
    def case_key(self) -> str:
        """Its submission id; after a power cut the one that the outbox or the log tells."""
        found = self.case.get("submission")
        if found:
            return str(found)
        ids = [line["fields"].get("submission") for line in log_lines(self) if line["event"] in ("saved", "accepted")]
        return str(ids[-1]) if ids else self._from_outbox()

    def _from_outbox(self) -> str:
        mine = [row for row in self._outbox() if row["kind"] == "application" and row["id"] not in self._known]
        return str(mine[-1]["id"]) if mine else ""

    def _outbox(self) -> list[dict[str, Any]]:
        try:
            return list(ask(self.world.state.control, {"command": "outbox-list"}) or [])
        except ControlError:
            return []

    def _payments(self) -> list[dict[str, Any]]:
        return list(self.world.platform.get("/lab/payments"))

    @property
    def payments(self) -> list[dict[str, Any]]:
        """The orders of this visit as the platform keeps them; `kept` is what the provider still has of each."""
        kept = {one["number"]: one["kept"] for one in self.world.parts.control("pay").ask(status=True)["orders"]}
        return [{**one, "kept": kept.get(one["number"], 0)} for one in self._payments()[self.payments_before :]]

    def receipt_models(self) -> list[ReceiptModel]:
        """What the receipts of this visit were to say, in order."""
        if self.world.powered and not self.dying:
            self.remember()
        return [model_from(item["model"]) for item in self._models]

    def sheets(self) -> list[Path]:
        """The certificates that came out since the visit began, oldest first."""
        return sorted(set(self.world.tray.glob("*.pdf")) - self._sheets_before)

    def recordings(self) -> list[tuple[Path, int]]:
        """Loudspeaker and headphones, each with its first sample of this visit."""
        return [(self.world.sound, self._sound_from[0]), (self.world.headphone_sound, self._sound_from[1])]

    def slots(self) -> dict[str, str]:
        """What a script may name in braces."""
        one, case = self.resident, self.case
        others = {
            f"{who}.{word}": value
            for who, person in self._people.items()
            for word, value in (
                ("name", person.name),
                ("id_no", person.id_no),
                ("phone", person.phone),
                ("masked_name", mask_name(person.name)),
                ("masked_id", mask_id(person.id_no)),
            )
        }
        return others | {
            "name": one.name,
            "id_no": one.id_no,
            "phone": one.phone,
            "address": one.address,
            "bank": one.bank,
            "masked_name": mask_name(one.name),
            "masked_id": mask_id(one.id_no),
            "masked_phone": mask_phone(one.phone),
            "number": str(case.get("number", "")),
            "applied": self.applied if self.world.powered and not self.dying else "",
            "provisional": str(case.get("provisional", "")),
            "problem": self._problem(),
            "number_aloud": self._number_aloud(str(case.get("number", ""))),
            "workday": self.world.workday().isoformat(),
            **self._codes(),
            **self.accounts,
        }

    def _codes(self) -> dict[str, str]:
        """What the technician's authenticator shows now, and one that is wrong."""
        if not self.world.technician_id or not self.world.powered:
            return {}
        right = self.world.one_time_code()
        wrong = next(code for code in ("111111", "222222", "333333", "444444") if code != right)
        return {"one_time_code": right, "wrong_code": wrong, "technician": self.world.technician_id}

    @property
    def accounts(self) -> dict[str, str]:
        """Numbers on bills: of one with water to pay, of a power meter that is topped up."""
        if "pay" in self.script.parts and not self._accounts:
            self._accounts = {"water": self.world.account("1"), "power": self.world.account("2")}
        return self._accounts

    def _problem(self) -> str:
        """What the form says is wrong with the answer."""
        if self.dying or not self.world.powered:
            return ""
        node = node_of(self.hands.view(), "question.problem")
        return str(node["text"]) if node else ""

    def _number_aloud(self, number: str) -> str:
        """The sentence with which the last receipt tells its number."""
        models = [model_from(item["model"]) for item in self._models]
        return next((one for one in read_aloud(models[-1]) if number in one), "") if models and number else ""

    # Steps

    def expand(self, value: Any) -> Any:
        """Put the visit's own words into a value: `{name}`, `{number}`...; a pair `{zh, en}` becomes its language's."""
        if isinstance(value, str):
            if "{" not in value:
                return value
            for name, word in self.slots().items():
                value = value.replace("{" + name + "}", word)
            return value
        if isinstance(value, list):
            return [self.expand(item) for item in value]
        if isinstance(value, Mapping):
            if value and set(value) <= {"zh", "en"}:
                return self.expand(value.get(self.lang, value.get("zh")))
            return {key: self.expand(item) for key, item in value.items()}
        return value

    def play(self, step: Step) -> None:
        """Carry out one step.

        Raises:
            WorldError, CheckError: it could not be done, or the check failed.
        """
        value = self.expand(step.value)
        match step.word:
            case "choose":
                self._until_death(lambda: self.hands.choose(str(value)))
            case "go":
                self._until_death(lambda: self.hands.go(str(value)))
            case "fill":
                self.hands.fill_all({s if "." in s else f"form.{s}": str(text) for s, text in dict(value).items()})
            case "answer":
                self.hands.answer(dict(value))
            case "touch":
                self._raw("touch")
                self.hands.act(str(value))
            case "key":
                self._raw("keypad-only", "two-switch", "voice-only")
                self.world.stage.ask(key=str(value))
            case "type":
                view = self.hands.view()
                field = next((n for n in view["nodes"] if n["role"] == "field" and n["current"]), None)
                if field is None:
                    raise WorldError("type: no field has the panel")
                for stroke in strokes(field, str(value)):
                    self.hands.stroke(stroke)
            case word if word in WORLD:
                WORLD[word](self, value)
            case word:
                CHECKS[word](self, value)

    def _until_death(self, intent: Callable[[], None]) -> None:
        """Carry out an intent; when a power cut is due, the terminal may die under the finger."""
        try:
            intent()
        except WorldError:
            if not self.dying:
                raise
            self.world.wait_dead()

    def _raw(self, *modes: str) -> None:
        """Raw verbs belong to one mode; in a script that names no mode they are what they say."""
        touches = {"touch", "elder", "seated", "silent"}
        allowed = touches if "touch" in modes else set(modes)
        if self.mode not in allowed:
            raise WorldError(f"this verb belongs to the mode {modes[0]}, the script is played in {self.mode}")
