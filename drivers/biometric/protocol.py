"""The conversation with a biometric adapter: greet, compare, notice silence, never take another's answer."""

from __future__ import annotations

import math
from collections.abc import Callable

from drivers.biometric import codec
from drivers.biometric.codec import (
    ECHO_BYTES,
    Cancel,
    CompareNow,
    Frame,
    FrameParser,
    Hello,
    Judged,
    Message,
    Ping,
    Pong,
    Prompted,
    Refused,
    State,
    Taken,
    Welcome,
)
from drivers.biometric.messages import Decision, Prompt
from drivers.owner import Clock
from drivers.transport import NoReply, Transport

ANSWER_S = 1.0
"""Everything but a verdict is answered at once."""
PING_S = 2.0
"""How long a module may say nothing while it compares before it is asked whether it still does."""
TRIES = 3
WRITE_S = 1.0
SLICE_S = 0.05
CHUNK = 4096
LONGEST_S = 0xFFFF
LAST_SEQUENCE = 0xFFFFFFFF

Check = Callable[[], None]
"""Called between waits; raises to give up (deadline, cancel)."""


class RefusedError(Exception):
    """The module does not compare."""

    def __init__(self, why: codec.Refusal) -> None:
        super().__init__(why.name.lower())
        self.why = why


class WrongModuleError(Exception):
    """Another version or another modality answers at this address."""


class Conversation:
    """Talks to one module over an open transport. Not thread-safe: one owner. `first` is the first sequence number."""

    def __init__(self, transport: Transport, clock: Clock, first: int) -> None:
        self._transport = transport
        self._clock = clock
        self._parser = FrameParser()
        self._sequence = first & LAST_SEQUENCE

    def greet(self, check: Check) -> Welcome:
        """Ask what is there.

        Raises:
            NoReply, TransportError: nobody answers.
            WrongModuleError: another version of the protocol.
        """
        self._transport.drain_input()
        self._parser.reset()
        answer = self._ask(Hello(), lambda message: isinstance(message, Welcome), check)
        if not isinstance(answer, Welcome) or answer.version != codec.VERSION:
            raise WrongModuleError("version")
        return answer

    def ping(self, check: Check) -> State:
        """Ask how it is.

        Raises:
            NoReply, TransportError: nobody answers.
        """
        answer = self._ask(Ping(), lambda message: isinstance(message, Pong), check)
        return answer.state if isinstance(answer, Pong) else State.SERVICE_FAULT

    def compare(self, subject: bytes, seconds: float, prompted: Callable[[Prompt], None], check: Check) -> Decision:
        """Compare, and return the verdict on exactly this subject.

        Raises:
            RefusedError: the module does not.
            NoReply, TransportError: it fell silent.
        """
        sequence = self._next()
        request = CompareNow(subject, max(1, min(LONGEST_S, math.ceil(seconds))))
        echo = subject[:ECHO_BYTES]
        self._send(sequence, request)
        heard_at = self._clock.monotonic()
        asked, damaged, patience = 1, self._parser.damaged, ANSWER_S
        try:
            while True:
                for message in self._receive(sequence):
                    heard_at, asked = self._clock.monotonic(), 0
                    match message:
                        case Judged(decision, said) if said == echo:
                            return decision
                        case Refused(why):
                            raise RefusedError(why)
                        case Prompted(prompt):
                            prompted(prompt)
                        case Taken() | Pong():
                            patience = PING_S
                check()
                if self._clock.monotonic() - heard_at >= (ANSWER_S if asked else patience):
                    if asked == TRIES:
                        raise NoReply(f"{self._transport.name}: fell silent while comparing")
                    asked += 1
                    heard_at = self._clock.monotonic()
                    # Before it was taken, and when something was damaged, the question is put again: the module knows
                    # it by its sequence.
                    again = patience == ANSWER_S or self._parser.damaged > damaged
                    damaged = self._parser.damaged
                    self._send(sequence, request if again else Ping())
        except Exception:
            self._try_to_cancel(sequence)
            raise

    def _ask(self, question: Message, fits: Callable[[Message], bool], check: Check) -> Message:
        for _ in range(TRIES):
            sequence = self._next()
            self._send(sequence, question)
            end = self._clock.monotonic() + ANSWER_S
            while self._clock.monotonic() < end:
                for message in self._receive(sequence):
                    if fits(message):
                        return message
                check()
        raise NoReply(f"{self._transport.name}: no answer")

    def _receive(self, sequence: int) -> list[Message]:
        """Return what arrived with this number within a slice; a late, doubled or foreign answer has another."""
        frames = self._parser.feed(self._transport.read(CHUNK, SLICE_S))
        return [frame.message for frame in frames if frame.sequence == sequence]

    def _next(self) -> int:
        self._sequence = (self._sequence + 1) & LAST_SEQUENCE
        return self._sequence

    def _send(self, sequence: int, message: Message) -> None:
        self._transport.write(codec.encode(Frame(sequence, message)), WRITE_S)

    def _try_to_cancel(self, sequence: int) -> None:
        try:
            self._send(sequence, Cancel())
        except Exception as failure:  # noqa: BLE001  the first failure is the one to tell
            del failure
