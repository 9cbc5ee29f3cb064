"""What a technician or a host is told about sensor, relay board and power supply, by kind and the word of its status.

The first column is what is so, the second what to do; both short enough for the phone.
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

CAUSES: Mapping[str, Mapping[str, Told]] = {
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
}
"""kind -> cause (for a supply also what it runs on) -> severity, what is so, what to do."""

UNCONFIRMED: Told = (
    CheckState.PASS,
    Words("{name}工作，但不回报状态。", "The {name} works and never tells its state."),
    Words("不需要处理；柜门请用带回报的板。", "Nothing to do; for lockers use a board that tells."),
)


def around_told(kind: str, state: DeviceState, detail: Mapping[str, str]) -> Told | None:
    """Return what is said about a device of these kinds, the gravest first; None where its state says enough."""
    table = CAUSES.get(kind)
    if table is None:
        return None
    power = detail.get("power", "")
    words = [power, detail.get("cause", "")] if power == "low" else [detail.get("cause", ""), power]
    for word in words:
        if word in table:
            severity, cause, remedy = table[word]
            opened = detail.get("open", "")
            return severity, _with(cause, opened), remedy
    return UNCONFIRMED if state is DeviceState.ONLINE and detail.get("confirms") == "no" else None


def _with(words: Words, opened: str) -> Words:
    # No more than two names, or the sentence is too long for the phone.
    names = opened.split(",")[:2]
    return Words(words.zh.replace("{open}", "、".join(names)), words.en.replace("{open}", ", ".join(names)))
