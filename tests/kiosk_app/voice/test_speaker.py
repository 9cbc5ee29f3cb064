from __future__ import annotations

from dataclasses import fields, replace

from drivers.device import Command, Completion, DeviceError, DeviceEvent, ErrorKind
from drivers.speech import Channel, Speak
from drivers.speech import Clip as SpeechClip
from kiosk_app.voice import Clip, Narrator, SpeakNow
from kiosk_app.voice.speaker import Speaker
from tests.kiosk_app.voice.pages import PAGE, heard


class Mouth:
    """A speech device that only remembers: the real one has its own tests."""

    def __init__(self) -> None:
        self.did: list[str] = []
        self.spoken: list[Speak] = []

    def submit(self, command: Command) -> None:
        assert isinstance(command, Speak)
        self.did.append("speak")
        self.spoken.append(command)

    def hush(self) -> None:
        self.did.append("hush")

    def forget(self) -> None:
        self.did.append("forget")


def speaker() -> tuple[Speaker, Mouth, list[SpeakNow], list[str]]:
    mouth, said, drawn = Mouth(), list[SpeakNow](), list[str]()
    made = Speaker(mouth, Narrator(), lambda: drawn.append(made.overlay()[0]), said.append)
    return made, mouth, said, drawn


def test_a_page_becomes_one_command_and_its_caption_comes_with_it() -> None:
    voice, mouth, said, drawn = speaker()
    voice.page(None, PAGE)
    [command] = mouth.spoken
    assert [c.text for c in command.clips] == ["请填手机号。", "填好按去核对。"]
    assert (command.channel, command.private) == (Channel.LOUDSPEAKER, False)
    assert voice.overlay() == ("请填手机号。", "")
    assert drawn == []
    assert len(said) == 1


def test_a_touch_hushes_the_device_and_clears_the_caption_in_the_same_call() -> None:
    voice, mouth, _, drawn = speaker()
    voice.page(None, PAGE)
    voice.hush()
    assert mouth.did == ["speak", "hush"]
    assert drawn == [""]


def test_news_of_the_device_moves_the_caption() -> None:
    voice, mouth, _, drawn = speaker()
    voice.page(None, PAGE)
    voice.report(DeviceEvent("speech", "speech_started", {"id": mouth.spoken[0].id, "clip": "1"}))
    voice.report(Completion("speech", mouth.spoken[0].id))
    assert drawn == ["填好按去核对。", ""]


def test_a_cut_utterance_that_completes_late_changes_nothing() -> None:
    voice, mouth, _, _ = speaker()
    voice.page(None, PAGE)
    voice.page(PAGE, replace(PAGE, page="Form.9", intro=("下一页。",)))
    voice.report(Completion("speech", mouth.spoken[0].id, error=DeviceError(ErrorKind.CANCELLED)))
    assert voice.overlay()[0] == "下一页。"


def test_private_words_go_to_the_headphones() -> None:
    voice, mouth, _, _ = speaker()
    voice.page(None, PAGE)
    voice.headphones(True)
    voice.hush()
    voice.heard(heard("form.phone", "手机号", "13800138000"))
    assert (mouth.spoken[-1].channel, mouth.spoken[-1].private) == (Channel.HEADPHONES, True)


def test_the_voices_own_keys_are_taken_and_others_are_not() -> None:
    voice, _, _, _ = speaker()
    assert all(voice.key(name) for name in ("louder", "softer", "slower", "faster", "repeat", "hint"))
    assert not voice.key("back")


def test_the_wiper_makes_the_device_forget() -> None:
    voice, mouth, _, _ = speaker()
    voice.page(None, PAGE)
    voice.wipe()
    assert mouth.did == ["speak", "hush", "forget"]
    assert voice.overlay() == ("", "")


def test_words_never_stand_in_a_repr() -> None:
    _, _, said, _ = voice = speaker()
    voice[0].page(None, PAGE)
    assert "手机" not in repr(said)


def test_a_clip_of_the_voice_fits_a_clip_of_the_device() -> None:
    assert {f.name for f in fields(SpeechClip)} <= {f.name for f in fields(Clip)}
