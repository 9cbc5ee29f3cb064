"""A sentence made by the speech process without being said: what the self-test listens to."""

from __future__ import annotations

import threading

from drivers.device import DeviceState, Report, Status
from drivers.speech import Speech
from drivers.speech.samples import SAMPLE_RATE

PATIENCE_S = 30.0


def test_a_sentence_is_made_and_a_voice_that_is_gone_gives_none() -> None:
    ready = threading.Event()

    def hear(report: Report) -> None:
        if isinstance(report, Status) and report.state is DeviceState.ONLINE:
            ready.set()

    speech = Speech("speech", "speech:null?pace=fast")
    speech.start(hear)
    try:
        assert ready.wait(PATIENCE_S)
        pcm = speech.render("您好，欢迎来到家门口。", "zh").result(PATIENCE_S)
        assert 0.7 < len(pcm) / 2 / SAMPLE_RATE < 15
        assert max(pcm) > 0
    finally:
        speech.stop()
    assert speech.render("再说一遍。", "zh").result(PATIENCE_S) == b""
