"""What a technician or a host is told where a device's status says more than its state: by kind and the word of it.

Severity, what is so, what to do; both sentences short enough for the phone.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.device import DeviceState
from provisioning import CheckState, Words

Told = tuple[CheckState, Words, Words]

_PROFILE_REMEDY = Words(
    "请让平台运维更正站点配置里这一项。", "Have the operators correct this entry of the site profile."
)
_SPEED_REMEDY = Words(
    "请核对型号和站点配置里的 baud；线太长的换短线。",
    "Compare its model and `baud` with the site profile; shorten a cable that is too long.",
)

_CAMERA: Mapping[str, Told] = {
    "no_device": (
        CheckState.FAIL,
        Words("{name}没有插上。", "The {name} is not plugged in."),
        Words("请插紧它的 USB 线，直接插在主机上。", "Plug its USB cable in firmly, into the computer itself."),
    ),
    "no_access": (
        CheckState.FAIL,
        Words("没有权限用{name}。", "The terminal may not use the {name}."),
        Words(
            "请把运行终端的用户加入 video 组，再重启终端。", "Add the terminal's user to group video and restart it."
        ),
    ),
    "busy": (
        CheckState.FAIL,
        Words("{name}被别的程序占着。", "Another programme holds the {name}."),
        Words("请关掉那个程序，会自动恢复。", "End that programme; the camera recovers by itself."),
    ),
    "not_a_camera": (
        CheckState.FAIL,
        Words("{name}的地址上不是摄像头。", "What is at the address of the {name} is no camera."),
        Words("请运行 kiosk device discover，核对地址。", "Run kiosk device discover and compare its address."),
    ),
    "silent": (
        CheckState.FAIL,
        Words("{name}没有图像。", "The {name} sends no picture."),
        Words("请重新插拔它的 USB 线；还是没有就换线。", "Plug its USB cable out and in; change it if that fails."),
    ),
    "camera_black": (
        CheckState.FAIL,
        Words("{name}是全黑的。", "The {name} sees nothing but black."),
        Words("请看镜头有没有盖着、贴着纸。", "See whether its lens is covered or taped over."),
    ),
    "camera_frozen": (
        CheckState.FAIL,
        Words("{name}的画面不动。", "The picture of the {name} stands still."),
        Words("请重新插拔它的 USB 线；常出现就换一台。", "Plug its USB cable out and in; replace it if it recurs."),
    ),
}

CAUSES: Mapping[str, Mapping[str, Told]] = {
    "camera": _CAMERA,
    "document_scanner": _CAMERA,
    "receipt_printer": {
        "cutter_error": (
            CheckState.FAIL,
            Words("{name}的切刀卡住了。", "The cutter of the {name} is stuck."),
            Words(
                "请断电，取出碎纸，转动刀轮让刀退回，再开机。", "Switch it off, take out scraps, turn the knife back."
            ),
        ),
        "mechanical_error": (
            CheckState.FAIL,
            Words("{name}的机械部分出错。", "The mechanism of the {name} has failed."),
            Words(
                "请断电，看有没有异物，再开机；还是这样就换。",
                "Switch it off, look for objects; replace it if it stays.",
            ),
        ),
        "unrecoverable": (
            CheckState.FAIL,
            Words("{name}出了不能自己恢复的故障。", "The {name} has a fault that it cannot mend."),
            Words("请断电 10 秒再开；还是这样就换一台。", "Cut its power for 10 seconds; replace it if that fails."),
        ),
        "head_hot": (
            CheckState.WARN,
            Words("{name}的打印头太热，在等它凉。", "The head of the {name} is too hot and cools down."),
            Words("请等几分钟；常出现就看通风口。", "Wait some minutes; if it recurs look at its vents."),
        ),
        "waiting_recovery": (
            CheckState.FAIL,
            Words("{name}在等人让它继续。", "The {name} waits to be told to go on."),
            Words("请打开盖子再合上，或按一下走纸键。", "Open and close its cover, or press its feed key."),
        ),
        "feed_button": (
            CheckState.WARN,
            Words("{name}的走纸键一直按着。", "The feed key of the {name} is held down."),
            Words("请看走纸键有没有被压住。", "See whether something presses its feed key."),
        ),
    },
    "presence": {
        "profile": (
            CheckState.FAIL,
            Words("{name}的配置看不懂。", "The entry of the {name} cannot be understood."),
            _PROFILE_REMEDY,
        ),
        "silent": (
            CheckState.FAIL,
            Words("{name}没有发来数据。", "The {name} sends nothing."),
            Words(
                "请看它的电源灯（5 伏），再查接收线是否接对。",
                "Look at its 5 V light, then see that its TX wire is connected.",
            ),
        ),
        "unreadable": (
            CheckState.FAIL,
            Words("{name}发来的数据看不懂。", "What the {name} sends makes no sense."),
            _SPEED_REMEDY,
        ),
        "stuck": (
            CheckState.WARN,
            Words("{name}一直说有人，先不信它。", "The {name} has seen somebody for hours; it is not believed."),
            Words(
                "请看机前有没有窗帘、风扇或杂物；没有就断电重启它。",
                "Look for a curtain, a fan or things before the terminal; if there are none, cycle its power.",
            ),
        ),
    },
    "relays": {
        "profile": (
            CheckState.FAIL,
            Words("{name}的配置看不懂。", "The entry of the {name} cannot be understood."),
            _PROFILE_REMEDY,
        ),
        "silent": (
            CheckState.FAIL,
            Words("{name}没有应答。", "The {name} does not answer."),
            Words(
                "请看电源灯，查 A、B 两线有没有接反，核对站号。",
                "Look at its light, see that A and B are not swapped, and compare its unit number.",
            ),
        ),
        "unreadable": (
            CheckState.FAIL,
            Words("{name}的应答校验不对。", "The answers of the {name} fail their checksum."),
            _SPEED_REMEDY,
        ),
        "refused": (
            CheckState.FAIL,
            Words("{name}拒绝命令。", "The {name} refuses commands."),
            Words(
                "请核对路数、输入数与站点配置是否一致。",
                "Compare its numbers of channels and inputs with the site profile.",
            ),
        ),
        "relay_stuck": (
            CheckState.FAIL,
            Words("{name}有一路不动作。", "A channel of the {name} does not follow."),
            Words(
                "请先断开锁的电源，再重启继电器板；还是这样就换板。",
                "Cut the current of the locks first, restart the board, and replace it if that does not help.",
            ),
        ),
        "left_open": (
            CheckState.WARN,
            Words("有柜门没关：{open}。", "A locker stands open: {open}."),
            Words(
                "请关上柜门；门关着还这样报，请查门磁和它的线。",
                "Shut it; if it is shut and this stays, look at its contact and the contact's wire.",
            ),
        ),
        "stuck": (
            CheckState.WARN,
            Words("{name}上的人体感应一直有信号。", "The motion sensor on the {name} has a signal for hours."),
            Words(
                "请遮住感应头看信号会不会消失；不会就换感应头。", "Cover the sensor; if the signal stays, replace it."
            ),
        ),
    },
    "ups": {
        "profile": (
            CheckState.FAIL,
            Words("{name}的配置看不懂。", "The entry of the {name} cannot be understood."),
            _PROFILE_REMEDY,
        ),
        "refused": (
            CheckState.FAIL,
            Words("{name}的监控程序没有运行。", "The programme that watches the {name} does not run."),
            Words("请运行 systemctl start nut-server，并设为开机启动。", "Run systemctl enable --now nut-server."),
        ),
        "silent": (
            CheckState.FAIL,
            Words("{name}的监控程序没有应答。", "The programme that watches the {name} does not answer."),
            Words("请运行 systemctl restart nut-server。", "Run systemctl restart nut-server."),
        ),
        "unreadable": (
            CheckState.FAIL,
            Words("{name}的应答看不懂。", "What the {name} says makes no sense."),
            Words("请核对地址和端口（nut，3493）。", "Compare address and port (nut, 3493)."),
        ),
        "stale": (
            CheckState.FAIL,
            Words("{name}的数据已经过时。", "The data of the {name} are old."),
            Words(
                "请插紧备用电源到主机的数据线，再重启 nut-driver。",
                "Plug the cable from the supply to the computer in firmly, then restart nut-driver.",
            ),
        ),
        "no_driver": (
            CheckState.FAIL,
            Words("{name}的驱动没有连上。", "The driver of the {name} is not connected."),
            Words(
                "请插紧数据线，核对 ups.conf 里的 driver，再重启 nut-driver。",
                "Plug its cable in, compare `driver` in ups.conf, and restart nut-driver.",
            ),
        ),
        "unknown_ups": (
            CheckState.FAIL,
            Words("监控程序里没有这台{name}。", "The programme does not know this {name}."),
            Words("请核对站点配置与 ups.conf 里的名字。", "Compare the name in the site profile with ups.conf."),
        ),
        "denied": (
            CheckState.FAIL,
            Words("没有权限查{name}。", "The terminal may not ask the {name}."),
            Words("请在 upsd.conf 里允许本机访问。", "Allow this machine in upsd.conf."),
        ),
        "off": (
            CheckState.FAIL,
            Words("{name}的输出是关着的。", "The output of the {name} is off."),
            Words("请按它面板上的开机键。", "Press the power key on its panel."),
        ),
        "overload": (
            CheckState.FAIL,
            Words("{name}带的东西太多。", "The {name} is overloaded."),
            Words("请把暖风机等别的电器从它上面拔下。", "Unplug heaters and other things from it."),
        ),
        "replace_battery": (
            CheckState.WARN,
            Words("{name}的电池该换了。", "The battery of the {name} must be replaced."),
            Words("请本周换电池；换前停电就会直接断电。", "Replace it this week; until then an outage is a power cut."),
        ),
        "bypass": (
            CheckState.WARN,
            Words("{name}在旁路，停电时保不住。", "The {name} is bypassed and protects nothing."),
            Words("请把旁路开关拨回，或请维修。", "Turn the bypass switch back, or have it repaired."),
        ),
        "alarm": (
            CheckState.WARN,
            Words("{name}在报警。", "The {name} sounds an alarm."),
            Words("请看它面板上的提示。", "Look at its panel."),
        ),
        "low": (
            CheckState.FAIL,
            Words("停电了，{name}快用完了。", "The mains are out and the {name} is almost empty."),
            Words(
                "请尽快恢复供电；终端会自己先停办。", "Restore the mains soon; the terminal stops serving by itself."
            ),
        ),
        "battery": (
            CheckState.WARN,
            Words("停电了，正在用{name}。", "The mains are out; the {name} feeds the terminal."),
            Words("请查插头和空气开关。", "Look at the plug and the circuit breaker."),
        ),
    },
    "page_printer": {
        "unreadable": (
            CheckState.FAIL,
            Words("{name}的地址上应答的不是打印机。", "What answers at the address of the {name} is no printer."),
            Words(
                "请核对它的网络地址：路由器可能给了别的机器；再让平台运维改配置。",
                "Compare its address: the router may have given it away; then have the operators correct the profile.",
            ),
        ),
        "no_toner": (
            CheckState.FAIL,
            Words("{name}没有墨粉了，或废粉盒满了。", "The {name} is out of toner, or its waste box is full."),
            Words("请看面板上说的是哪一个，换新的粉盒或废粉盒。", "See on its panel which it is, and replace it."),
        ),
        "output_full": (
            CheckState.FAIL,
            Words("{name}的出纸盘满了。", "The output tray of the {name} is full."),
            Words("请取走出纸盘里的纸，别人的证明请撕掉。", "Empty the tray; tear up what belongs to others."),
        ),
        "stopped": (
            CheckState.FAIL,
            Words("{name}被暂停了。", "The {name} is paused."),
            Words("请在面板上按继续，或运行 cupsenable。", "Press go on at its panel, or run cupsenable."),
        ),
        "not_accepting": (
            CheckState.FAIL,
            Words("{name}不收新的打印任务。", "The {name} takes no new jobs."),
            Words("请在面板上取消旧任务，或运行 cupsaccept。", "Cancel old jobs at its panel, or run cupsaccept."),
        ),
        "no_pdf": (
            CheckState.FAIL,
            Words("{name}不认 PDF。", "The {name} does not know PDF."),
            Words("请在它前面加 CUPS 队列，再更新站点配置。", "Put a queue of CUPS before it and update the profile."),
        ),
        "leftover": (
            CheckState.FAIL,
            Words("{name}里可能还有上一个人的任务。", "A job of somebody else may still be in the {name}."),
            Words("请在面板上取消全部任务；终端会自己再试。", "Cancel all jobs at its panel; it tries again."),
        ),
        "offline": (
            CheckState.FAIL,
            Words("{name}关着，或和队列断开了。", "The {name} is off, or cut off from its queue."),
            Words("请开机，插紧网线或数据线。", "Switch it on and plug its cable in firmly."),
        ),
    },
    **{
        f"biometric_{modality}": {
            "sensor": (
                CheckState.FAIL,
                Words("{name}的传感器坏了。", "The sensor of the {name} has failed."),
                Words("请擦净窗口，断电重开；还不行就换。", "Wipe its window, cycle its power; else replace it."),
            ),
            "service": (
                CheckState.FAIL,
                Words("{name}连不上厂家的服务。", "The {name} does not reach its vendor's service."),
                Words("请查厂家服务的网络；一直不通请联系厂家。", "See to its network; else call the vendor."),
            ),
        }
        for modality in ("voice", "palm", "iris")
    },
    "photo_decoder": {
        "no_decoder": (
            CheckState.FAIL,
            Words("{name}的地址看不懂。", "The address of the {name} cannot be understood."),
            _PROFILE_REMEDY,
        ),
        "missing": (
            CheckState.FAIL,
            Words("{name}不在该在的地方。", "The {name} is not where it should be."),
            Words(
                "请重新安装厂家的程序，并让终端的用户能读它。",
                "Install the vendor's programme again, readable for the terminal's user.",
            ),
        ),
        "changed": (
            CheckState.FAIL,
            Words("{name}被换过，校验和对不上。", "The {name} is another file than the one that was agreed on."),
            Words(
                "请装回核对过的那一版；升级过的，请平台运维改配置里的 sha256。",
                "Put the agreed version back; after an upgrade have the operators correct sha256 in the profile.",
            ),
        ),
    },
    "speech": {
        "engine_missing": (
            CheckState.FAIL,
            Words("备用语音的程序没有装好。", "The programme of the fallback voice is not installed whole."),
            Words(
                "请重新安装 espeak-ng 和 pyttsx3，再重启终端；录好的语音照常播。",
                "Install espeak-ng and pyttsx3 again and restart; recorded words are spoken meanwhile.",
            ),
        ),
        "engine_silent": (
            CheckState.FAIL,
            Words("备用语音不出声。", "The fallback voice stays silent."),
            Words("请重启终端；还这样就重装 espeak-ng。", "Restart the terminal; else install espeak-ng again."),
        ),
        "sound_library": (
            CheckState.WARN,
            Words("声音程序一打开就崩，先不出声。", "The sound library crashes when it opens; there is no sound."),
            Words("请重装 libportaudio2，再重启终端。", "Install libportaudio2 again and restart the terminal."),
        ),
    },
    "card_reader": {
        "self_test_failed": (
            CheckState.FAIL,
            Words("{name}自检没有通过。", "The {name} failed its self-test."),
            Words("请断电 10 秒再开；还是这样就换读卡器。", "Cut its power for 10 seconds; replace it if that fails."),
        ),
        "sam_not_authorised": (
            CheckState.FAIL,
            Words("{name}里的安全模块没有授权。", "The security module of the {name} is not authorised."),
            Words("请联系读卡器厂家换安全模块，不要自己拆。", "Have its vendor replace the module; do not open it."),
        ),
    },
}
"""kind -> cause (for a supply also what it runs on) -> severity, what is so, what to do."""

OPENING: Mapping[str, Told] = {
    "missing": (
        CheckState.FAIL,
        Words("{name}没有插在该插的口上。", "The {name} is not in its place."),
        Words(
            "请插回原来的口；换了新件就运行 kiosk device discover。",
            "Plug it in where it was; for a new part run kiosk device discover.",
        ),
    ),
    "in_use": (
        CheckState.FAIL,
        Words("{name}被别的程序占着。", "Another programme holds the {name}."),
        Words("请关掉那个程序（如 ModemManager），会自动恢复。", "End it (ModemManager, say); it recovers by itself."),
    ),
    "denied": (
        CheckState.FAIL,
        Words("没有权限用{name}。", "The terminal may not use the {name}."),
        Words(
            "请把运行终端的用户加入 dialout、lp、input 组，再重启终端。",
            "Add the terminal's user to groups dialout, lp and input, and restart it.",
        ),
    ),
    "refused": (
        CheckState.FAIL,
        Words("{name}拒绝连接。", "The {name} refuses the connection."),
        Words(
            "请看它开机没有；开着就核对地址和端口与站点配置是否一致。",
            "See that it is switched on; if it is, compare address and port with the site profile.",
        ),
    ),
    "unreachable": (
        CheckState.FAIL,
        Words("网络上找不到{name}。", "The {name} cannot be reached over the network."),
        Words("请看它的网线灯，核对地址有没有变。", "Look at its network light and whether its address changed."),
    ),
    "unsupported": (
        CheckState.FAIL,
        Words("{name}的口不是该用的那种。", "The port of the {name} is of another sort."),
        Words("请核对站点配置里的地址。", "Compare its address in the site profile."),
    ),
    "unreadable": (
        CheckState.FAIL,
        Words("{name}的应答看不懂。", "What the {name} answers makes no sense."),
        _SPEED_REMEDY,
    ),
    "disconnected": (
        CheckState.FAIL,
        Words("{name}中途断开了。", "The {name} was cut off."),
        Words("请插紧它的数据线和电源；插好后会自动恢复。", "Plug in its cable and power firmly; it comes back."),
    ),
    "profile": (
        CheckState.FAIL,
        Words("{name}的配置看不懂。", "The entry of the {name} cannot be understood."),
        _PROFILE_REMEDY,
    ),
    "uri": (
        CheckState.FAIL,
        Words("{name}的地址看不懂。", "The address of the {name} cannot be understood."),
        _PROFILE_REMEDY,
    ),
    "terminal_halted": (
        CheckState.WARN,
        Words("终端停着，没有去看{name}。", "The terminal stands still and did not look at the {name}."),
        Words("请先解决它停着的原因，再查一次。", "Mend first why it stands still, then check again."),
    ),
    "terminal_not_running": (
        CheckState.FAIL,
        Words("终端没有运行，不知道{name}怎样。", "The terminal does not run; nothing is known of the {name}."),
        Words("请先启动终端，再查一次。", "Start the terminal and check again."),
    ),
}
"""Why a device that is off line, or not there, could not be opened; for every kind without words of its own."""

UNCONFIRMED: Told = (
    CheckState.PASS,
    Words("{name}工作，但不回报状态。", "The {name} works and never tells its state."),
    Words("不需要处理；柜门请用带回报的板。", "Nothing to do; for lockers use a board that tells."),
)


def told_by_cause(kind: str, state: DeviceState, detail: Mapping[str, str]) -> Told | None:
    """Return what is said about a device by its cause, the gravest first; None where its state says enough."""
    table = CAUSES.get(kind, {})
    power = detail.get("power", "")
    words = [power, detail.get("cause", "")] if power == "low" else [detail.get("cause", ""), power]
    for word in words:
        if word in table:
            severity, cause, remedy = table[word]
            opened = detail.get("open", "")
            return severity, _with(cause, opened), remedy
    if state in (DeviceState.OFFLINE, DeviceState.NO_DEVICE):
        return OPENING.get(detail.get("cause", ""))
    return UNCONFIRMED if state is DeviceState.ONLINE and detail.get("confirms") == "no" else None


def _with(words: Words, opened: str) -> Words:
    # No more than two names, or the sentence is too long for the phone.
    names = opened.split(",")[:2]
    return Words(words.zh.replace("{open}", "、".join(names)), words.en.replace("{open}", ", ".join(names)))
