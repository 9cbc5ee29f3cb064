"""A service package out of a seed: every kind of field under random names, conditional pages, a group; and how it goes.

`python -m tests.acceptance.generated [SEED]` drops one package for each mode and language into a running platform and
completes it at the running terminal; `make acceptance` does so. test_generated.py plays the short of it.
"""

from __future__ import annotations

import json
import random
import string
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from central_platform.packages.search_index import with_keys
from central_platform.signed import signatures
from contracts import uscc
from contracts.handwriting import Way
from contracts.suites import INTL
from kiosk_app.lab.journeys import SENTENCES
from kiosk_app.lab.people import GIVEN, SURNAMES, Resident, draw
from kiosk_app.lab.processes import wait_until
from kiosk_app.lab.recording import Listener
from kiosk_app.lab.runner import Result, Runner
from kiosk_app.lab.script import MODES, Script, Step
from kiosk_app.lab.world import PACKAGES, SERVICES, World
from kiosk_app.services import Control, Form, compile_form, normalise, pins, plates
from kiosk_app.services.model import SEPARATOR
from kiosk_app.services.regions import regions
from kiosk_app.services.signing import sign

LANGUAGES = ("zh", "en")
PARTS = ("label", "short", "hint", "why", "ask")
FILES = {"service": "service", "data": "data.schema", "ui": "ui.schema", "receipt": "receipt"}
REQUIRED = 3
"""Questions that must be answered, beside the two that pages depend on and the signature: at most six may be."""
KEYS = frozenset({"keypad-only", "two-switch", "voice-only"})
"""Modes in which nobody can draw: a signature is confirmed."""
ARRIVES_S = 30.0
A_MINUTE = 60.0
"""From being dropped to the outcome, by touch; whoever listens takes longer."""
NOUNS = ("茶杯", "书包", "雨伞", "台灯", "相册", "钥匙", "风筝", "花盆", "算盘", "扇子", "手表", "围巾", "木箱", "铃铛")
THINGS = "cup satchel umbrella lamp album key kite pot abacus fan watch scarf chest bell".split()  # noqa: SIM905
SHADES = (("", ""), ("大", "big "), ("小", "small "), ("新", "new "), ("旧", "old "), ("红", "red "))
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One generated property: its schema, what its control says beside its words, and an answer.

    `answer_en` is what somebody enters who reads English, where that is another; `entries` are the answers of a group.
    """

    name: str
    schema: Schema
    answer: str = field(default="", repr=False)
    answer_en: str = field(default="", repr=False)
    control: Schema = field(default_factory=dict)
    entries: Mapping[str, str] = field(default_factory=dict, repr=False)

    def answers(self, lang: str) -> dict[str, str]:
        """Scope -> what is entered."""
        return {self.name: (self.answer_en if lang == "en" else "") or self.answer, **self.entries}


@dataclass(frozen=True, slots=True)
class Generated:
    """A package, what its form is answered in each language, what a condition keeps from being asked, and the question
    that is a signature.
    """

    content: Mapping[str, Any]
    answers: Mapping[str, Mapping[str, str]] = field(repr=False)
    never: tuple[str, ...]
    sign: str

    @property
    def id(self) -> str:
        """The id of the service."""
        return str(self.content["service"]["id"])

    def version(self, number: int) -> Generated:
        """The same package under another version."""
        return replace(self, content={**self.content, "service": {**self.content["service"], "version": number}})

    def form(self, today: date) -> Form:
        """The compiled form."""
        return compile_form(self.content, reference(), today)

    def held(self, lang: str, today: date) -> dict[str, str]:
        """The answers as a visit holds them: signed."""
        form, answers = self.form(today), self.answers[lang]
        spec = form.field(self.sign)
        assert spec is not None
        return {**answers, self.sign: sign(form, answers, spec, Way.CONFIRMED, INTL)}

    def lay(self, packages: Path) -> None:
        """Lay it into a folder of packages: beside its place first, so that nobody reads half of it."""
        half, there = packages / f".{self.id}", packages / self.id
        (half / "strings").mkdir(parents=True)
        files = {f"{name}.json": self.content[part] for part, name in FILES.items()}
        files |= {f"strings/{lang}.json": self.content["strings"][lang] for lang in LANGUAGES}
        for name, value in files.items():
            (half / name).write_text(json.dumps(value, ensure_ascii=False), "utf-8")
        if there.exists():
            there.rename(packages / f".{self.id}.{time.monotonic_ns()}")
        half.rename(there)


def reference() -> dict[str, Any]:
    """The reference data of the shipped packages."""
    found: dict[str, Any] = json.loads((PACKAGES / "reference.json").read_text("utf-8"))
    return found


def generate(seed: int, today: date) -> Generated:
    """Return the package of a seed: a page for everybody, one that is asked, one that is not, and the signature."""
    maker = Maker(seed, today)
    switch, choice = maker.of(Control.BOOL)[0], maker.of(Control.SELECT)[0]
    (signature,) = maker.of(Control.SIGNATURE)
    apart = (Control.BOOL, Control.SELECT, Control.SIGNATURE)
    rest = [q for kind in Control if kind not in apart for q in maker.of(kind)]
    maker.random.shuffle(rest)
    rest = behind_what_they_look_at(rest)
    first, second = rest[: len(rest) // 2], rest[len(rest) // 2 :]
    never = [*maker.of(Control.NAME), *maker.of(Control.DATE)]
    other = next(value for value in choice.schema["enum"] if value != choice.answer)
    pages = [
        page("first", [switch, choice, *first]),
        page("second", second, rule=rule(switch.name, switch.answer)),
        page("third", never, rule=rule(choice.name, other)),
        page("last", [signature]),
    ]
    asked = [switch, choice, *rest, signature]
    must = maker.random.sample([q.name for q in first if q.schema.get("format") != "pin"], REQUIRED)
    content = maker.content([*asked, *never], pages, [switch.name, choice.name, *must, signature.name])
    answers = {lang: {k: v for q in asked for k, v in q.answers(lang).items()} for lang in LANGUAGES}
    return Generated(content, answers, tuple(question.name for question in never), signature.name)


class Maker:
    """Draws names, words, questions and answers."""

    def __init__(self, seed: int, today: date) -> None:
        self.random = random.Random(seed)
        self.today = today
        self.reference = reference()
        self.resident: Resident = draw(self.random, today, age=(25, 60))
        self._names: set[str] = set()
        self._titles: Iterator[tuple[str, str]] = iter(
            [
                (shade + noun, shade_en + thing)
                for shade, shade_en in SHADES
                for noun, thing in zip(NOUNS, THINGS, strict=True)
            ]
        )

    def of(self, kind: Control) -> list[Question]:
        """Questions of one kind: one, or those that only go together."""
        made = KINDS[kind](self)
        return [made] if isinstance(made, Question) else made

    def name(self) -> str:
        """A property, never the same twice."""
        while True:
            found = "".join(self.random.choices(string.ascii_lowercase, k=self.random.randint(4, 9)))
            if found not in self._names:
                self._names.add(found)
                return found

    def text(self, kind: str, answer: str, answer_en: str = "", **schema: Any) -> Question:
        """A string of this format, "" = none."""
        privacy = self.random.choice(("plain", "personal"))
        typed = {"type": "string", **({"format": kind} if kind else {}), **schema, "x-privacy": privacy}
        return Question(self.name(), typed, answer, answer_en)

    def ids(self, least: int) -> list[str]:
        """Ids of choices."""
        return sorted({self.name() for _ in range(self.random.randint(least, 5))})

    def person(self) -> str:
        """A name that the panel can write."""
        return self.random.choice(SURNAMES) + self.random.choice(GIVEN)

    def digits(self, count: int) -> str:
        """So many digits."""
        return "".join(self.random.choices(string.digits, k=count))

    def content(self, questions: list[Question], pages: list[Schema], required: list[str]) -> dict[str, Any]:
        """The whole package, everything that is not drawn as XF01 has it."""
        folder = PACKAGES / "XF01"
        service, receipt = (json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("service", "receipt"))
        number = self.random.randrange(1000, 9999)
        names = {"zh": f"演练事项{number}", "en": f"Exercise number {number}"}
        service |= {"id": self._service_id(), "names": names, "short": names, "prefill": {}}
        strings: dict[str, dict[str, str]] = {lang: {} for lang in LANGUAGES}
        say(strings, "page.all.title", "几个问题", "A few questions")
        for question in questions:
            self._say_all(strings, question)
        data = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "generated",
            "type": "object",
            "additionalProperties": False,
            "required": required,
            "properties": {question.name: question.schema for question in questions},
        }
        ui = {"person": [], "pages": pages}
        receipt = {**receipt, "fields": []}
        return {"service": with_keys(service), "data": data, "ui": ui, "receipt": receipt, "strings": strings}

    def _service_id(self) -> str:
        while True:
            found = "".join(self.random.choices(string.ascii_uppercase, k=2)) + self.digits(2)
            if found not in SERVICES:
                return found

    def _say_all(self, strings: Mapping[str, dict[str, str]], question: Question, under: str = "") -> None:
        path, (zh, en) = f"{under}{question.name}", next(self._titles)
        say(strings, f"field.{path}.label", zh, en.capitalize())
        say(strings, f"field.{path}.short", zh, en)
        say(strings, f"field.{path}.hint", "照实填就行", "As it is")
        say(strings, f"field.{path}.why", "用来办这件事", "To handle this matter")
        say(strings, f"field.{path}.ask", f"说说您的{zh}。", f"What about your {en}?")
        say(strings, f"field.{path}.error.required", f"还没填{zh}，请填一下。", f"Please enter the {en}.")
        say(strings, f"field.{path}.error.invalid", f"{zh}不对，请再看一遍。", f"Please check the {en}.")
        items = question.schema.get("items", {})
        for value in question.schema.get("enum") or items.get("enum", ()):
            say(strings, f"option.{path}.{value}", *next(self._titles))
        if "controls" in question.control:
            say(strings, question.control["entry"], "位朋友", "friend")
        for name, schema in items.get("properties", {}).items():
            self._say_all(strings, Question(name, schema), f"{path}.")


def say(strings: Mapping[str, dict[str, str]], key: str, zh: str, en: str) -> None:
    """Put the words of a key into both languages."""
    strings["zh"][key], strings["en"][key] = zh, en


def control(question: Question, under: str = "", **more: Any) -> Schema:
    """The control that asks a question; `under` is the path of its group."""
    words = {part: f"field.{under}{question.name}.{part}" for part in PARTS}
    return {"scope": f"#/properties/{question.name}", **words, **question.control, **more}


def page(name: str, questions: list[Question], **more: Any) -> Schema:
    """A page with one group."""
    group = {"id": name, "controls": [control(question) for question in questions]}
    return {"id": name, "title": "page.all.title", "groups": [group], **more}


def rule(scope: str, value: str) -> Schema:
    """Asked only when an earlier question was answered so."""
    return {"effect": "SHOW", "condition": {"scope": f"#/properties/{scope}", "schema": {"const": value}}}


def behind_what_they_look_at(questions: list[Question]) -> list[Question]:
    """The same, each behind what it depends on or repeats."""
    names = {question.name: question for question in questions}
    ordered: dict[str, Question] = {}
    for question in questions:
        before = (
            question.control.get("depends") or question.schema.get("x-equals") or question.schema.get("x-not-before")
        )
        for name in (before, question.name):
            if name:
                ordered.setdefault(name, names[name])
    return list(ordered.values())


def _address(maker: Maker) -> Question:
    street = maker.random.choice(maker.reference["streets"])
    road, district = maker.random.choice(street["roads"]), maker.reference["districts"][0]
    places = (district["name"], street["name"], road["name"])
    number = f"{maker.random.randint(1, 99)}号"
    zh, en = ("".join(place[lang] for place in places) + number for lang in LANGUAGES)
    return replace(maker.text("address", zh, en, maxLength=80), control={"source": "streets"})


def _halls(maker: Maker) -> list[Question]:
    """A hall, and what its windows do."""
    items = maker.reference["windowItems"]
    item = maker.random.choice(items)
    hall = replace(maker.text("hall-ref", maker.random.choice(item["halls"])), control={"source": "halls"})
    matter = replace(maker.text("item-ref", item["id"]), control={"source": "windowItems", "depends": hall.name})
    return [hall, matter]


def _pins(maker: Maker) -> list[Question]:
    while pins.weak(pin := maker.digits(pins.LENGTH)):
        pass
    first = maker.text("pin", pin, pattern="^[0-9]{6}$")
    return [first, maker.text("pin", pin, **{"x-equals": first.name})]


def _days(maker: Maker) -> dict[str, str]:
    return {"from": f"-{maker.random.randint(2, 9)}y", "to": "+0d"}


def _ago(maker: Maker) -> date:
    return maker.today - timedelta(days=maker.random.randint(40, 700))


def _list(maker: Maker) -> Question:
    offered = maker.ids(3)
    chosen = SEPARATOR.join(maker.random.sample(offered, 2))
    schema = {"type": "array", "items": {"type": "string", "enum": offered}, "minItems": 1, "maxItems": 3}
    return Question(maker.name(), {**schema, "uniqueItems": True, "x-privacy": "plain"}, chosen)


def _select(maker: Maker) -> Question:
    offered = maker.ids(3)
    return maker.text("", maker.random.choice(offered), enum=offered)


def _group(maker: Maker) -> Question:
    """Two entries: a choice, a number that is asked after one of its values, and a day."""
    name = maker.name()
    which, many, day = _select(maker), KINDS[Control.INT](maker), maker.text("date", "", **{"x-range": _days(maker)})
    assert isinstance(many, Question)
    one, two = maker.random.sample(which.schema["enum"], 2)
    under = f"{name}."
    asked = [control(which, under), control(many, under, rule=rule(which.name, one)), control(day, under)]
    inner = {question.name: question.schema for question in (which, many, day)}
    entry = {"type": "object", "additionalProperties": False, "required": [which.name], "properties": inner}
    entries = {
        f"{name}.1.{which.name}": one,
        f"{name}.1.{many.name}": many.answer,
        f"{name}.1.{day.name}": _ago(maker).isoformat(),
        f"{name}.2.{which.name}": two,
        f"{name}.2.{day.name}": "",
    }
    schema = {"type": "array", "items": entry, "minItems": 1, "maxItems": 3, "x-privacy": "personal"}
    more = {"entry": f"field.{name}.entry", "controls": asked}
    return Question(name, schema, "2", control=more, entries=entries)


def _region(maker: Maker) -> Question:
    places = regions()
    above = {place.parent for place in places}
    city = maker.random.choice([place.value for place in places if place.value not in above])
    return maker.text("region", city, pattern="^[0-9]{6}$")


def _code(maker: Maker) -> Question:
    first = "91110102" + "".join(maker.random.choices(uscc.ALPHABET, k=9))
    return maker.text("uscc", first + uscc.check_character(first), pattern="^[0-9A-Z]{18}$")


def _plate(maker: Maker) -> Question:
    tail = "".join(maker.random.choices(plates.LETTERS + string.digits, k=maker.random.choice((5, 6))))
    return maker.text("plate", f"京A{tail}", maxLength=8)


def _int(maker: Maker) -> Question:
    most = maker.random.randint(3, 400)
    schema = {"type": "integer", "minimum": 1, "maximum": most, "x-privacy": "plain"}
    return Question(maker.name(), schema, str(maker.random.randint(1, most)))


def _money(maker: Maker) -> Question:
    cents = maker.random.randint(1, 99)
    bounds = {"x-amount": {"from": "0.01", "to": "5000.00"}, "pattern": r"^(0|[1-9][0-9]{0,7})\.[0-9]{2}$"}
    return maker.text("money", f"{maker.random.randint(1, 4999)}.{cents:02}", **bounds)


def _bool(maker: Maker) -> Question:
    return Question(maker.name(), {"type": "boolean", "x-privacy": "plain"}, maker.random.choice(("true", "false")))


SIGNATURE: Schema = {"type": "string", "format": "signature", "x-privacy": "personal"}
FIVE_YEARS: Schema = {"x-range": {"from": "-5y", "to": "+0y"}}
Draws = Callable[[Maker], Question | list[Question]]
KINDS: dict[Control, Draws] = {
    Control.TEXT: lambda m: m.text("", m.person(), "abc", minLength=2, maxLength=20),
    Control.LONG_TEXT: lambda m: m.text("long-text", m.random.choice(SENTENCES), "no light", maxLength=200),
    Control.DIGITS: lambda m: m.text("", m.digits(6), pattern="^[0-9]{6}$", maxLength=6),
    Control.PHONE: lambda m: m.text("phone", m.resident.phone, pattern="^1[0-9]{10}$"),
    Control.ID: lambda m: m.text("id-number", m.resident.id_no, pattern="^[0-9]{17}[0-9X]$"),
    Control.DATE: lambda m: m.text("date", _ago(m).isoformat(), **{"x-range": _days(m)}),
    Control.MONTH: lambda m: m.text("month", f"{_ago(m):%Y-%m}", **{"x-range": _days(m)}),
    Control.SELECT: _select,
    Control.ADDRESS: _address,
    Control.BANK_ACCOUNT: lambda m: m.text("bank-account", m.resident.bank, pattern="^[0-9]{16,19}$"),
    Control.INT: _int,
    Control.MONEY: _money,
    Control.NAME: lambda m: m.text("person-name", m.person(), "ann lee", minLength=2, maxLength=20),
    Control.YEAR: lambda m: m.text("year", f"{_ago(m).year}", pattern="^[0-9]{4}$", **FIVE_YEARS),
    Control.REGION: _region,
    Control.LIST: _list,
    Control.USCC: _code,
    Control.PLATE: _plate,
    Control.PIN: _pins,
    Control.SIGNATURE: lambda m: Question(m.name(), SIGNATURE, Way.DRAWN),
    Control.GROUP: _group,
    Control.HALL_REF: _halls,
    Control.ITEM_REF: lambda m: [],
    Control.SLOT: lambda m: m.text("slot", "0900", enum=["0900", "1400"]),
    Control.BOOL: _bool,
}  # fmt: skip
"""How each kind is drawn. A matter of the windows comes with its hall."""


@dataclass(frozen=True, slots=True)
class Done:
    """One package from being dropped to the end of the visit. `seconds` until the outcome was on the screen."""

    result: Result
    seconds: float
    sent: Mapping[str, Any] = field(repr=False)
    expected: Mapping[str, Any] = field(repr=False)

    @property
    def fault(self) -> str:
        """What went wrong; empty when nothing did."""
        if not self.result.passed:
            return self.result.error
        names = self.sent.keys() | self.expected.keys()
        differ = sorted(name for name in names if self.sent.get(name) != self.expected.get(name))
        return f"the platform holds other answers: {', '.join(differ)}" if differ else ""


def stand_ready(world: World, runner: Runner) -> None:
    """A terminal at its first page that offers whatever is published."""
    world.services = ()
    runner.run(Script(Path("ready"), ()))


def arrives(world: World, service: str) -> None:
    """Wait until the terminal offers a service, as after its next heartbeat."""

    def there() -> bool:
        world.stage.ask(poke=True)
        return service in world.stage.ask(catalogue=True)["live"]

    wait_until(there, ARRIVES_S, f"{service} is offered")


def script_of(made: Generated, lang: str) -> Script:
    """Everything answered, checked, submitted and printed."""
    lines: list[tuple[str, Any]] = [
        ("choose", made.id),
        ("go", "next"),
        ("wait-screen", "form"),
        ("answer", dict(made.answers[lang])),
        ("wait-screen", "review"),
        ("choose", "consent"),
        ("go", "next"),
        ("wait-screen", "outcome"),
        ("expect-screen", ["{number}"]),
        ("expect-receipt", ["{number}"]),
        ("expect-platform", {"service": made.id, "lang": lang}),
        ("go", "finish"),
        ("wait-screen", "attract"),
    ]
    return Script(
        Path(f"generated-{made.id}"), tuple(Step(word, value, at) for at, (word, value) in enumerate(lines, 1))
    )


def complete(world: World, runner: Runner, made: Generated, mode: str, lang: str) -> Done:
    """Drop a package into the running platform and finish its service at the running terminal."""
    began = time.monotonic()
    made.lay(world.packages)
    arrives(world, made.id)
    ready = time.monotonic() - began
    result = runner.run(script_of(made, lang), mode, lang)
    until = next((at for at, step in enumerate(result.steps) if step.word == "expect-screen"), len(result.steps))
    seconds = ready + sum(step.ms for step in result.steps[:until]) / 1000
    stored = [
        item for item in world.platform.get("/lab/submissions") if (item["receipt"] or {}).get("number") == result.case
    ]
    sent = stored[0]["body"]["answers"] if stored else {}
    expected = normalise(made.form(world.clock.now().date()), made.answers[lang])
    expected[made.sign] = Way.CONFIRMED if mode in KEYS else Way.DRAWN
    sent |= {one.field: one.signed.way for one in signatures(sent) if one.holds}
    return Done(result, seconds, sent, expected)


def matrix() -> list[tuple[str, str]]:
    """Every mode and language."""
    return [(mode, lang) for mode in MODES for lang in LANGUAGES]


def main(seed: int) -> int:
    """Play one package for each mode and language; 0 when all went well."""
    failed = 0
    with World(seed=seed) as world, Listener() as listener:
        runner = Runner(world, listener)
        stand_ready(world, runner)
        for at, (mode, lang) in enumerate(matrix()):
            made = generate(seed + at, world.clock.now().date())
            done = complete(world, runner, made, mode, lang)
            late = mode == "touch" and done.seconds >= A_MINUTE
            failed += bool(done.fault) or late
            word = "FAILED" if done.fault or late else "passed"
            sys.stdout.write(f"{word} {made.id} seed {seed + at} {mode} {lang} {done.seconds:.1f} s {done.fault}\n")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
