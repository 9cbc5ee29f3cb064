"""A sound card that is none: a PulseAudio of its own with a null sink, and an ear on the sink's monitor.

What is measured is what would leave the card: the first and the last sample that is not silence, with the time at
which the monitor gave it out. Both are late by the monitor's own delay, never early.
"""

from __future__ import annotations

import array
import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

RATE = 48_000
CHUNK = RATE // 200
LOUD = 60
"""Of 32768: dither and the decoder's noise stay below."""
PATIENCE_S = 5.0
ALSA = """</usr/share/alsa/alsa.conf>
pcm.spk { type pulse device spk }
pcm.!default { type pulse device spk }
ctl.!default { type pulse }
"""


class NoSoundError(OSError):
    """The programs of a virtual sound card are not installed or do not start."""


class Ear:
    """Reads the monitor; tells when it heard something and when it was last loud."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = ["parec", "-d", "spk.monitor", "--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=5"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        self._news = threading.Condition()
        self._loud: list[tuple[float, float]] = []
        self._heard_at = 0.0
        threading.Thread(target=self._listen, name="ear", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._process.kill()
        self._process.wait()

    def first(self, since: float) -> float:
        """Return when the first loud sample after `since` (monotonic) was given out.

        Raises:
            NoSoundError: nothing was heard.
        """
        with self._news:
            if not self._news.wait_for(lambda: any(b >= since for _, b in self._loud), PATIENCE_S):
                raise NoSoundError("nothing was heard")
            return next(max(a, since) for a, b in self._loud if b >= since)

    def last(self, quiet_s: float = 0.4) -> float:
        """Return when the last loud sample was given out, once it has been quiet for so long.

        Raises:
            NoSoundError: it does not become quiet.
        """
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with self._news:
                last = self._loud[-1][1] if self._loud else 0.0
            if time.monotonic() - last > quiet_s:
                return last
            time.sleep(0.02)
        raise NoSoundError("it does not become quiet")

    def _listen(self) -> None:
        pipe = self._process.stdout
        while pipe is not None and (raw := pipe.read1(CHUNK * 2)):  # type: ignore[attr-defined]
            now = time.monotonic()
            samples = array.array("h", raw[: len(raw) // 2 * 2])
            loud = [at for at, sample in enumerate(samples) if abs(sample) > LOUD]
            if loud:
                begin = now - len(samples) / RATE
                with self._news:
                    self._loud.append((begin + loud[0] / RATE, begin + loud[-1] / RATE))
                    self._news.notify_all()


@contextlib.contextmanager
def sound_card() -> Iterator[tuple[dict[str, str], Ear]]:
    """Run the server; yields what the environment of a player needs, and the ear.

    Raises:
        NoSoundError: it is not installed or does not start.
    """
    if any(shutil.which(program) is None for program in ("pulseaudio", "parec", "aplay")):
        raise NoSoundError("apt-get install pulseaudio pulseaudio-utils libasound2-plugins alsa-utils")
    with tempfile.TemporaryDirectory(prefix="doorstep-sound-") as name:
        folder = Path(name)
        folder.chmod(0o700)
        (folder / "asound.conf").write_text(ALSA, "utf-8")
        places = {
            "XDG_RUNTIME_DIR": name,
            "PULSE_RUNTIME_PATH": f"{name}/pulse",
            "PULSE_SERVER": f"unix:{name}/pulse/native",
            "PULSE_COOKIE": f"{name}/cookie",
            "HOME": name,
            "ALSA_CONFIG_PATH": f"{name}/asound.conf",
        }
        environment = {**os.environ, **places}
        server = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--realtime=no"),
                *("-L", "module-native-protocol-unix auth-anonymous=1"),
                *("-L", f"module-null-sink sink_name=spk rate={RATE}"),
            ],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(Path(f"{name}/pulse/native"), server)
            ear = Ear(environment)
            try:
                yield places, ear
            finally:
                ear.close()
        finally:
            server.terminate()
            server.wait()


def _wait_for(socket: Path, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not socket.exists():
        if server.poll() is not None or time.monotonic() > until:
            raise NoSoundError("the sound server does not start")
        time.sleep(0.02)
    time.sleep(0.3)
