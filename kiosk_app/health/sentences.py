"""What a technician or a host is told about a device: the cause first, short enough for the phone, then what to do."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.device import DeviceState, ErrorKind, Paper
from provisioning import Words

NAMES: Mapping[str, Words] = {
    "card_reader": Words("身份证读卡器", "ID card reader"),
    "code_reader": Words("扫码器", "code reader"),
    "receipt_printer": Words("小票打印机", "receipt printer"),
    "page_printer": Words("证明打印机", "certificate printer"),
    "document_scanner": Words("高拍仪", "document scanner"),
    "camera": Words("摄像头", "camera"),
    "photo_decoder": Words("证件照解码程序", "card photo decoder"),
    "social_card_reader": Words("社保卡读卡器", "social-security card reader"),
    "biometric_voice": Words("声纹模块", "voiceprint module"),
    "biometric_palm": Words("掌纹模块", "palm print module"),
    "biometric_iris": Words("虹膜模块", "iris module"),
    "speech": Words("语音播报", "speech"),
    "keypad": Words("小键盘", "keypad"),
    "headphones": Words("耳机插口", "headphone jack"),
    "presence": Words("人体感应器", "presence sensor"),
    "relays": Words("继电器板", "relay board"),
    "ups": Words("备用电源", "power supply"),
}
OTHER = Words("设备", "device")

FINE = Words("工作正常。", "works.")
NOTHING = Words("不需要处理。", "Nothing to do.")

STATES: Mapping[DeviceState, tuple[Words, Words]] = {
    DeviceState.ONLINE: (Words("{name}工作正常。", "The {name} works."), NOTHING),
    DeviceState.BUSY: (
        Words("{name}正在工作。", "The {name} is working."),
        Words(
            "请等它做完；一分钟后仍忙，请重新插拔电源。",
            "Wait for it; if it is still busy in a minute, cycle its power.",
        ),
    ),
    DeviceState.STARTING: (
        Words("{name}正在启动。", "The {name} is starting."),
        Words("请等 30 秒再查一次。", "Wait 30 seconds and check again."),
    ),
    DeviceState.OFFLINE: (
        Words("{name}没有应答。", "The {name} does not answer."),
        Words(
            "请看电源灯，再把数据线拔下插紧；插好后会自动恢复。",
            "Look at its power light, then unplug its cable and plug it in firmly; it recovers by itself.",
        ),
    ),
    DeviceState.NO_DEVICE: (
        Words("找不到{name}。", "The {name} is not there."),
        Words(
            "请确认已接上；换过接口的，请让平台运维更新站点配置。",
            "Make sure it is connected; if its port changed, have the operators update the site profile.",
        ),
    ),
    DeviceState.HARDWARE_ERROR: (
        Words("{name}报告硬件故障。", "The {name} reports a hardware fault."),
        Words(
            "请关掉它的电源，等 10 秒再开；还是这样就换一台。",
            "Switch its power off, wait 10 seconds, switch it on; if the fault stays, replace it.",
        ),
    ),
    DeviceState.USER_ACTION: (
        Words("{name}需要有人处理一下。", "The {name} needs somebody's hand."),
        Words(
            "请看它的指示灯和盖子，处理后会自动恢复。",
            "Look at its lights and cover; it recovers by itself afterwards.",
        ),
    ),
}

PAPER: Mapping[Paper, tuple[Words, Words]] = {
    Paper.FULL: (Words("纸充足。", "There is enough paper."), NOTHING),
    Paper.LOW: (
        Words("{name}的纸快用完了。", "The {name} is low on paper."),
        Words("请今天换一卷 80 毫米热敏纸。", "Put in a new 80 mm thermal roll today."),
    ),
    Paper.OUT: (
        Words("{name}没有纸了。", "The {name} is out of paper."),
        Words(
            "请打开盖子，放入 80 毫米热敏纸，纸头朝外，合上盖子。",
            "Open the cover, put in an 80 mm thermal roll with its end outwards, close the cover.",
        ),
    ),
    Paper.JAMMED: (
        Words("{name}卡纸了。", "The {name} is jammed."),
        Words(
            "请打开盖子，顺着出纸方向轻轻取出纸，看切刀已回位，再合上盖子。",
            "Open the cover, pull the paper out gently towards the slot, see that the cutter is back, close the cover.",
        ),
    ),
    Paper.UNKNOWN: (
        Words("不知道{name}还有没有纸。", "It is not known whether the {name} has paper."),
        Words("请打开盖子看一下纸，再打一张测试条。", "Open the cover and look, then print a test slip."),
    ),
}

SHEETS: Mapping[Paper, tuple[Words, Words]] = {
    Paper.FULL: (Words("纸充足。", "There is enough paper."), NOTHING),
    Paper.LOW: (
        Words("{name}的纸快用完了。", "The {name} is low on paper."),
        Words("请今天往纸盒里加 A4 纸。", "Fill its tray with A4 paper today."),
    ),
    Paper.OUT: (
        Words("{name}没有纸了。", "The {name} is out of paper."),
        Words(
            "请拉出纸盒，放入 A4 纸，推到底；等着的那份会自己接着打。",
            "Pull out its tray, put in A4 paper, push it home; what waits goes on by itself.",
        ),
    ),
    Paper.JAMMED: (
        Words("{name}卡纸了。", "The {name} is jammed."),
        Words(
            "请打开后盖，顺着走纸方向取出纸，合上盖子；取出的纸当着居民撕掉。",
            "Open its rear door, pull the paper out along its path, close it; tear it up before the resident.",
        ),
    ),
    Paper.UNKNOWN: (
        Words("{name}不报告还有多少纸。", "The {name} does not tell how much paper it has."),
        Words("请看一眼纸盒。", "Look into its tray."),
    ),
}
"""The same for a printer of A4 sheets."""

COVER_OPEN = (
    Words("{name}的盖子开着。", "The cover of the {name} is open."),
    Words("请把盖子压紧，听到咔嗒一声。", "Press the cover down until it clicks."),
)
COVER_UNKNOWN = (
    Words("不知道{name}的盖子是否合上。", "It is not known whether the cover of the {name} is closed."),
    Words("请把盖子压一下，再打一张测试条。", "Press the cover down, then print a test slip."),
)

JACK: Mapping[str, tuple[Words, Words]] = {
    "in": (Words("{name}里插着耳机。", "Headphones are plugged into the {name}."), NOTHING),
    "out": (Words("{name}正常，现在没有插耳机。", "The {name} works; nothing is plugged in."), NOTHING),
    "unsure": (
        Words(
            "不知道{name}里有没有插着，先当没插。", "It is not known whether the {name} is in use; it counts as empty."
        ),
        Words("请插一下再拔一下耳机，然后再查一次。", "Plug headphones in and out once, then check again."),
    ),
}
"""What a jack says of its plug, by the word of its status."""

NO_JACK: Mapping[str, tuple[Words, Words]] = {
    "missing": (
        Words("声卡上没有能感应插头的{name}。", "No sound card has a {name} that senses its plug."),
        Words(
            "请核对站点配置里的名字（系统里以 Headphone 结尾）；声卡没有的，用带耳机孔的小键盘。",
            "Compare the name in the site profile (the system's ends in Headphone); else use a keypad with a jack.",
        ),
    ),
    "denied": (
        Words("没有权限读{name}。", "The terminal may not read the {name}."),
        Words(
            "请把运行终端的用户加入 input 组，再重启终端。", "Add the terminal's user to group input and restart it."
        ),
    ),
}
"""Why a jack cannot be read; it counts as empty and nothing else waits for it."""

ERRORS: Mapping[ErrorKind, tuple[Words, Words]] = {
    ErrorKind.TIMEOUT: (
        Words("{name}上次没有按时做完。", "The {name} did not finish in time last time."),
        Words("请再试一次；常出现就换数据线。", "Try again; if it happens often, change its cable."),
    ),
    ErrorKind.CANCELLED: (
        Words("{name}上次的操作被取消。", "The last thing asked of the {name} was cancelled."),
        NOTHING,
    ),
    ErrorKind.OFFLINE: STATES[DeviceState.OFFLINE],
    ErrorKind.REFUSED: (
        Words("{name}不接受命令。", "The {name} refuses commands."),
        Words("请核对型号与站点配置是否一致。", "Compare its model with the site profile."),
    ),
    ErrorKind.MOVED: (
        Words("上次读卡时证件被拿开了。", "The card was lifted while it was read."),
        Words("请把证件放平，等“嘀”一声再拿。", "Lay the card flat and take it after the beep."),
    ),
    ErrorKind.UNREADABLE: (
        Words("上次没读出来。", "The last one could not be read."),
        Words("请擦净感应区，用自己的证件再试一次。", "Wipe the surface and try with your own card."),
    ),
    ErrorKind.NOT_IDENTITY: (
        Words("上次放的不是身份证。", "What was presented was no identity card."),
        Words("请用身份证再试一次。", "Try again with an identity card."),
    ),
    ErrorKind.DEVICE_FAULT: STATES[DeviceState.HARDWARE_ERROR],
    ErrorKind.NO_PAPER: PAPER[Paper.OUT],
    ErrorKind.COVER_OPEN: COVER_OPEN,
    ErrorKind.JAMMED: PAPER[Paper.JAMMED],
}

OFFLINE_REMEDY: Mapping[str, Words] = {
    "speech": Words(
        "请插好音箱再重启终端；没有声音时屏幕上有字幕。",
        "Plug in the loudspeaker and restart the terminal; meanwhile captions carry the words.",
    ),
    "receipt_printer": Words(
        "请看打印机电源灯，再插紧它的网线或数据线；恢复前回执以二维码显示。",
        "Look at its light, then plug its network or data cable in firmly; until then receipts show as QR codes.",
    ),
    "page_printer": Words(
        "请看打印机电源灯，再插紧它的网线或数据线；恢复前证明可以发到手机。",
        "Look at its light, then plug its network or data cable in firmly; until then certificates go to phones.",
    ),
}


def name_of(kind: str) -> Words:
    """Return what people call a device of `kind`."""
    return NAMES.get(kind, OTHER)


def filled(words: Words, kind: str) -> Words:
    """Return the sentence with the device's name in it."""
    name = name_of(kind)
    return Words(words.zh.replace("{name}", name.zh), words.en.replace("{name}", name.en))
