"""What the platform's tests share: packages, a clock that is moved by hand, a terminal that speaks in process."""

from __future__ import annotations

import asyncio
import json
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from json import dumps
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from central_platform import enrolment
from central_platform.app import create_app
from central_platform.clock import BEIJING
from central_platform.peer import PEER
from central_platform.platform import Platform
from central_platform.settings import Settings
from contracts import digest
from contracts.id_number import check_character
from tests.drivers.speech.baking import bake

START = datetime(2026, 11, 20, 10, 0, tzinfo=BEIJING)
"""A Friday."""
TERMINAL = "XC-0042"
WITNESS = "值守员甲"
PHONE = "13800000001"


def invented_id(area: str = "110102", born: str = "19440308", order: str = "114") -> str:
    """An identity number that nobody has been checked against."""
    first = area + born + order
    return first + check_character(first)


OTHER = {"name": "测试乙", "id_no": invented_id(born="19801230")}
CHILD = {"name": "测试小丙", "id_no": invented_id(born="20150601", order="015")}
"""Eleven on START."""
PERSON = {
    "name": "测试甲",
    "id_no": invented_id(),
    "sex": "female",
    "birth": "1944-03-08",
    "address": "西城区样例街 1 号",
}


@dataclass
class HandClock:
    """Time that moves only when told."""

    at: datetime = START
    mono: float = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.mono

    def advance(self, **span: float) -> None:
        self.at += timedelta(**span)
        self.mono += timedelta(**span).total_seconds()


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def csr_pem(key: Any, name: str = "anyone") -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(subject)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
        .decode()
    )


def write_packages(folder: Path) -> Path:
    """TA01 queueable L2 with a limit and two clips, TB01 instant L1, TC01 appointment L1, TD01 without identity."""
    text = {"type": "string", "minLength": 1, "maxLength": 40}
    phone = {"type": "string", "pattern": "^1[0-9]{10}$"}
    write_package(folder, "TA01", {"phone": phone, "addr": text}, level="L2", limit=20, offline="queue")
    bake(bake(folder / "TA01" / "voice", {"样例服务": 400.0}), {"sample service": 500.0}, lang="en")
    bake(folder / "reference" / "voice", {"大厅": 300.0})
    write_package(folder, "TB01", {"copies": {"type": "integer", "minimum": 1}}, level="L1", instant=True)
    slot = {"hall": text, "date": text, "slot": text}
    write_package(folder, "TC01", slot, level="L1", instant=True, kind="BOOK", capacity=2)
    write_package(folder, "TD01", {"words": text}, level="L0", limit=1)
    reference = {"halls": [{"id": "H01"}], "listed": [{"id": "TZ99"}], "closedDays": ["2026-11-24"], "streets": ["S01"]}
    (folder / "reference.json").write_text(json.dumps(reference), encoding="utf-8")
    return folder


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def write_package(
    folder: Path, name: str, properties: Mapping[str, Any], limit: int | None = None, **service: Any
) -> Path:
    """A whole package whose fields are on one page; returns its folder."""
    place = folder / name
    (place / "strings").mkdir(parents=True, exist_ok=True)
    unit = "none" if limit is None else "workday"
    kind = service.get("kind", "HANDLE")
    parts = ("label", "short", "hint", "why", "ask")
    controls = [{"scope": f"#/properties/{f}", **{p: f"field.{f}.{p}" for p in parts}} for f in properties]
    keys = ["page.all.title"]
    keys += [f"field.{f}.{p}" for f in properties for p in (*parts, "error.required", "error.invalid")]
    keys += [f"option.{f}.{value}" for f, prop in properties.items() for value in prop.get("enum", ())]
    files = {
        "service.json": {
            "id": name,
            "version": 1,
            "live": True,
            "updated": "2026-11-20",
            "sample": True,
            "names": both(f"样例服务 {name}", f"Sample service {name}"),
            "short": both("样例服务", "Sample service"),
            "summary": both("样例", "A sample."),
            "kind": kind,
            "theme": "T01",
            "themes": ["T01"],
            "department": both("样例局", "Sample Bureau"),
            "audience": {
                "text": both("谁都行", "Anyone"),
                "note": both("本人", "In person"),
                "groups": [],
                "proxy": False,
            },
            "eligibility": {},
            "level": "L0",
            "capabilities": [],
            "offline": "online",
            "instant": False,
            "materials": [
                {
                    "code": "ID",
                    "text": both("身份证", "ID card"),
                    "note": both("原件", "The original"),
                    "required": True,
                    "shared": False,
                }
            ],
            "output": "BOOK" if kind == "BOOK" else "RCPT",
            "limit": {"days": limit, "unit": unit, "basis": "样", "text": both("样例时限", "A sample limit")},
            "fee": {"free": True, "text": both("不要钱", "Free of charge"), "note": both("样例", "A sample")},
            "basis": [{"text": both("样例办法", "Sample measures"), "sample": True}],
            "window": both("3 号窗口", "Window 3"),
            "phone": "66007070",
            "steps": [{"icon": "card", "title": both("办", "Do"), "text": both("办事", "Do it")}] * 2,
            "prefill": {},
            "search": {"zh": list("甲乙丙"), "en": [], "pinyin": ["a"] * 5, "initials": ["a"] * 5},
            "icon": "doc",
            "tint": "blue",
            **service,
        },
        "data.schema.json": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": name,
            "type": "object",
            "additionalProperties": False,
            "required": sorted(properties),
            "properties": {f: {"x-privacy": "plain", **prop} for f, prop in properties.items()},
        },
        "ui.schema.json": {
            "person": [],
            "pages": [
                {"id": "all", "title": "page.all.title", "groups": [{"id": "all", "controls": controls}]},
            ],
        },
        "receipt.json": {
            "title": both("回执", "Receipt"),
            "result": {"PRINT": "certificate", "BOOK": "booking"}.get(kind, "none"),
            "fields": [],
            "pickup": both("到窗口领", "Collect at the window"),
            "next": [both("等一等", "Wait")],
        },
        "strings/zh.json": dict.fromkeys(keys, "样例"),
        "strings/en.json": dict.fromkeys(keys, "Sample"),
    }
    if service.get("instant") and kind != "PAY":
        files["decision.json"] = rules({"id": "always", "outcome": "granted", "words": both("都行", "Anyone")})
    for path, value in files.items():
        (place / path).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return place


def rules(*rules: Mapping[str, Any], records: tuple[str, ...] = ()) -> dict[str, Any]:
    """A decision.json whose officers have three working days."""
    unknown = {"words": both("还要查一查", "To be looked up"), "workdays": 3, "call": "66007070"}
    return {"records": list(records), "rules": list(rules), "unknown": unknown}


def refusing(name: str, when: Mapping[str, Any], **other: Any) -> dict[str, Any]:
    """A rule that refuses."""
    words, where, bring = both("不行", "No"), both("到窗口", "At the window"), both("带证件", "With your ID card")
    said = {"words": words, "where": where, "bring": bring, "within": None, "call": "66007070", **other}
    return {"id": name, "when": when, "outcome": "refused", **said}


def change(file: Path, alter: Callable[[Any], object]) -> None:
    """Change a JSON file of a package in place."""
    value = json.loads(file.read_text(encoding="utf-8"))
    alter(value)
    file.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status_code: int
    headers: dict[str, str]
    content: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self) -> Any:
        return json.loads(self.content)


class Client:
    """Speaks ASGI to an application as TLS would have handed it over: with this peer certificate."""

    def __init__(self, app: Any, der: bytes | None) -> None:
        self._app = app
        self._der = der

    def get(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        return self.request("GET", path + (f"?{urlencode(params)}" if params else ""), b"", headers or {})

    def post(
        self, path: str, json: Any = None, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        body = dumps(json).encode() if content is None else content
        return self.request("POST", path, body, {"Content-Type": "application/json", **(headers or {})})

    def delete(self, path: str, json: Any) -> Answer:
        return self.request("DELETE", path, dumps(json).encode(), {"Content-Type": "application/json"})

    def request(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "server": ("platform.test", 443),
            "client": ("127.0.0.1", 1),
            "state": {PEER: self._der},
        }
        return asyncio.run(self._call(scope, body))

    async def _call(self, scope: dict[str, Any], body: bytes) -> Answer:
        status, fields, parts, asked = 0, {}, bytearray(), False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if asked:
                return {"type": "http.disconnect"}
            asked = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                fields.update({name.decode(): value.decode() for name, value in message["headers"]})
            else:
                parts.extend(message.get("body", b""))

        await self._app(scope, receive, send)
        return Answer(status, fields, bytes(parts))


@dataclass
class World:
    """One platform and one enrolled terminal, all in this process."""

    platform: Platform
    clock: HandClock
    app: Any
    key: ec.EllipticCurvePrivateKey
    der: bytes
    terminal: Client
    public: Client
    seq: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)

    def item(self, body: Mapping[str, Any], kind: str = "application", **other: Any) -> dict[str, Any]:
        """The next outbox item; `other` replaces fields."""
        self.seq += 1
        identity = str(uuid.uuid4())
        return {
            "id": identity,
            "seq": self.seq,
            "case_key": f"case-{identity}",
            "kind": kind,
            "schema": f"{kind}/1",
            "captured_at": self.clock.now().isoformat(),
            "mono_ms": 1000,
            "boot_id": "boot-1",
            "digest": digest(body),
            "body": body,
            **other,
        }

    def submit(self, *items: Mapping[str, Any], terminal: str = TERMINAL) -> Any:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        return self.terminal.post("/v1/submissions:batch", json={"terminal": terminal, "items": items}, headers=headers)

    def result(self, *items: Mapping[str, Any]) -> dict[str, Any]:
        """The verdict on the last of `items`."""
        answer = self.submit(*items)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["results"][-1]
        return found

    def identity(self, person: Mapping[str, str] | None = None, *evidence: Mapping[str, str]) -> str:
        """An identity of `person` at this terminal, by card unless `evidence` says otherwise."""
        who = person or PERSON
        body = {"id_no": who["id_no"], "name": who["name"], "evidence": list(evidence) or [CARD]}
        answer = self.terminal.post("/v1/identities", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["identity"])

    def pass_token(self, person: Mapping[str, str] | None = None) -> None:
        """Have a credential of `person` verified at this terminal."""
        raw = self.public.post("/lab/tokens", json={"person": person or PERSON}).json()["raw"]
        body = {"raw": raw, "purpose": "identity", "terminal": TERMINAL}
        assert self.terminal.post("/v1/tokens:verify", json=body).status_code == 200

    def pass_phone_code(self, phone: str = PHONE, id_no: str | None = None) -> str:
        """Have a code sent to a phone, type it, and return its challenge."""
        sent = self.terminal.post("/v1/phone-codes", json={"phone": phone, "id_no": id_no, "purpose": "identity"})
        assert sent.status_code == 201, sent.text
        challenge: str = sent.json()["challenge"]
        text = self.public.get("/lab/messages", params={"phone": phone}).json()[-1]["text"]
        code = next(word for word in text.replace("，", " ").split() if word.isdigit() and len(word) == 6)
        checked = self.terminal.post(f"/v1/phone-codes/{challenge}:check", json={"code": code})
        assert checked.json() == {"ok": True}
        return challenge


def application(
    service: str = "TD01", evidence: tuple[Any, ...] = (), person: Any = None, **answers: Any
) -> dict[str, Any]:
    return {
        "service": service,
        "service_version": 1,
        "answers": answers or {"words": "请修路灯"},
        "person": person,
        "level": "L0",
        "evidence": list(evidence),
        "lang": "zh",
        "consent": {"given": True},
    }


CARD = {"kind": "card"}
HOST = {"kind": "witness", "host": WITNESS}


def allowance(*evidence: Any) -> dict[str, Any]:
    """An application to the service that needs L2."""
    return application("TA01", evidence or (CARD, HOST), PERSON, phone=PHONE, addr="样例街 1 号")


@dataclass(frozen=True)
class Template:
    """A platform with one enrolled terminal, closed: copied for each test instead of being made again."""

    folder: Path
    packages: Path
    key: ec.EllipticCurvePrivateKey
    der: bytes

    def open(self, folder: Path, at: datetime = START, public_url: str = "https://platform.test") -> World:
        shutil.copytree(self.folder / "data", folder / "data")
        platform = open_platform(folder, self.packages, clock := HandClock(at), public_url)
        app = create_app(platform)
        return World(platform, clock, app, self.key, self.der, Client(app, self.der), Client(app, None))


def open_platform(
    folder: Path, packages: Path, clock: HandClock, public_url: str = "https://platform.test"
) -> Platform:
    settings = Settings(folder / "data", packages=packages, public_url=public_url, lab=True)
    return Platform.open(settings, clock=clock)


def build(folder: Path, at: datetime = START, packages: Path | None = None) -> World:
    """Open a platform under `folder` and enrol a terminal."""
    clock = HandClock(at)
    platform = open_platform(folder, packages or write_packages(folder / "packages"), clock)
    app = create_app(platform)
    witness = {"name": WITNESS, "card_hash": "00", "salt": "00", "pin_hash": "00"}
    code = enrolment.create(platform, TERMINAL, {"name": "样例终端", "witnesses": [witness]})
    key = new_key()
    pem = enrolment.enrol(platform, code, csr_pem(key), {}).certificate.pem
    der = x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)
    return World(platform, clock, app, key, der, Client(app, der), Client(app, None))
