"""Faults of cameras, of modules for voice, palm and iris, of sensor, relay board and power supply."""

from __future__ import annotations

from kiosk_app.lab.fault_shape import (
    BROKEN,
    OFFLINE,
    ONLINE,
    Deed,
    Fault,
    Scene,
    device,
    entry,
    on_wire,
    panel,
)
from provisioning import Words

EYES = (
    Fault(
        "camera.unplugged",
        Scene.RUNNING,
        Words("摄像头的线拔了", "The camera's cable is out"),
        Deed("camera-plug", {"in": False}),
        Deed("camera-plug", {"in": True}),
        device("camera", OFFLINE, "no_device"),
    ),
    panel(
        "camera.covered",
        "camera",
        Words("镜头上贴着纸", "Its lens is taped over"),
        device("camera", BROKEN, "camera_black"),
        {"scene": "black"},
        {"scene": "normal"},
    ),
    panel(
        "camera.frozen",
        "camera",
        Words("画面定住", "Its picture stands still"),
        device("camera", BROKEN, "camera_frozen"),
        {"scene": "frozen"},
        {"scene": "normal"},
    ),
    Fault(
        "document_scanner.unplugged",
        Scene.RUNNING,
        Words("高拍仪的线拔了", "The document camera's cable is out"),
        Deed("table-plug", {"in": False}),
        Deed("table-plug", {"in": True}),
        device("document_scanner", OFFLINE, "no_device"),
    ),
    panel(
        "document_scanner.covered",
        "document-camera",
        Words("高拍仪镜头盖着", "Its lens is covered"),
        device("document_scanner", BROKEN, "camera_black"),
        {"lens": "covered"},
        {"lens": "clear"},
    ),
    panel(
        "document_scanner.frozen",
        "document-camera",
        Words("高拍仪画面定住", "Its picture stands still"),
        device("document_scanner", BROKEN, "camera_frozen"),
        {"lens": "frozen"},
        {"lens": "clear"},
    ),
    panel(
        "document_scanner.silent",
        "document-camera",
        Words("高拍仪插着，不出图像", "The document camera is there and sends no picture"),
        device("document_scanner", OFFLINE, "silent"),
        {"lens": "blind"},
        {"lens": "clear"},
    ),
    Fault(
        "photo_decoder.missing",
        Scene.RUNNING,
        Words("厂家的证件照解码程序被删", "The vendor's decoder of card photos was deleted"),
        Deed("decoder", {"do": "remove"}),
        Deed("decoder", {"do": "restore"}),
        device("photo_decoder", BROKEN, "missing"),
    ),
    Fault(
        "photo_decoder.changed",
        Scene.RUNNING,
        Words("解码程序被换成另一版", "The decoder was replaced by another version"),
        Deed("decoder", {"do": "change"}),
        Deed("decoder", {"do": "restore"}),
        device("photo_decoder", BROKEN, "changed"),
    ),
)

MODULES = (
    panel(
        "palm.sensor",
        "palm",
        Words("掌纹模块说传感器坏了", "The palm module says that its sensor failed"),
        device("biometric_palm", BROKEN, "sensor"),
        {"state": "sensor_fault"},
        {"state": "ready"},
    ),
    panel(
        "voice.service",
        "voice",
        Words("声纹模块连不上厂家服务", "The voiceprint module does not reach its vendor"),
        device("biometric_voice", BROKEN, "service"),
        {"state": "service_fault"},
        {"state": "ready"},
    ),
    on_wire(
        "iris.silent",
        "iris",
        Words("虹膜模块不回话", "The iris module answers nothing"),
        device("biometric_iris", OFFLINE, "silent"),
        "silent",
    ),
    on_wire(
        "palm.off",
        "palm",
        Words("掌纹模块没开，端口没有人听", "The palm module is off: nobody listens at its port"),
        device("biometric_palm", OFFLINE, "refused"),
        "unplug",
    ),
)

AROUND = (
    on_wire(
        "headphones.gone",
        "jack",
        Words("声卡拔了，没有感应插头的耳机孔", "The sound card with the jack is out"),
        device("headphones", OFFLINE, "missing"),
        "unplug",
    ),
    on_wire(
        "presence.silent",
        "presence",
        Words("感应器不发数据", "The sensor sends nothing"),
        device("presence", OFFLINE, "silent"),
        "silent",
    ),
    on_wire(
        "presence.rate",
        "presence",
        Words("感应器的速率不对", "The sensor talks at another rate"),
        device("presence", OFFLINE, "unreadable"),
        "baud",
    ),
    on_wire(
        "presence.unplugged",
        "presence",
        Words("感应器的线拔了", "The sensor's cable is out"),
        device("presence", OFFLINE, "missing"),
        "unplug",
    ),
    entry(
        "presence.entry",
        "presence",
        Words("站点配置里感应器的参数写错", "The profile's figures of the sensor make no sense"),
        away_s="soon",
    ),
    on_wire(
        "relays.silent",
        "relays",
        Words("继电器板不应答", "The relay board answers nothing"),
        device("relays", OFFLINE, "silent"),
        "silent",
    ),
    on_wire(
        "relays.checksum",
        "relays",
        Words("应答的校验不对", "Its answers fail their checksum"),
        device("relays", OFFLINE, "unreadable"),
        "bad-crc",
    ),
    on_wire(
        "relays.refused",
        "relays",
        Words("板子拒绝命令", "The board refuses commands"),
        device("relays", OFFLINE, "refused"),
        "exception",
    ),
    on_wire(
        "relays.unplugged",
        "relays",
        Words("继电器板的线拔了", "The board's cable is out"),
        device("relays", OFFLINE, "missing"),
        "unplug",
    ),
    panel(
        "relays.left_open",
        "relays",
        Words("柜门开着没关", "A locker stands open"),
        device("relays", ONLINE, "left_open", open="locker-1"),
        {"pull": 1},
        {"shut": 1},
    ),
    entry(
        "relays.entry",
        "relays",
        Words("站点配置里继电器板的路数写错", "The profile's channels of the board make no sense"),
        channels="four",
    ),
)

_UPS = (
    (
        "stale",
        "stale",
        Words("备用电源的数据线掉了（数据过时）", "The supply's data cable fell out (its data are old)"),
    ),
    ("no_driver", "no-driver", Words("nut-driver 没有连上", "nut-driver is not connected")),
    ("unknown_ups", "unknown", Words("ups.conf 里没有这个名字", "ups.conf does not know the name")),
    ("denied", "denied", Words("upsd 不让本机问", "upsd does not let this machine ask")),
    ("silent", "hang", Words("upsd 连得上，不应答", "upsd takes the connection and never answers")),
    ("unreadable", "garbage", Words("那个端口上是别的服务", "Another service is at the port")),
    ("refused", "unplug", Words("upsd 没有运行", "upsd does not run")),
)
_FLAGS = (
    ("replace_battery", "RB", Words("电池该换（RB）", "The battery must be replaced (RB)")),
    ("overload", "OVER", Words("过载（OVER）", "Overload (OVER)")),
    ("bypass", "BYPASS", Words("在旁路（BYPASS）", "Bypassed (BYPASS)")),
    ("off", "OFF", Words("输出关着（OFF）", "Output off (OFF)")),
    ("alarm", "ALARM", Words("面板报警（ALARM）", "An alarm on its panel (ALARM)")),
)
SUPPLY = (
    *(
        on_wire(
            f"ups.{cause}",
            "ups",
            shown,
            device("ups", OFFLINE, cause),
            fault,
        )
        for cause, fault, shown in _UPS
    ),
    *(
        panel(
            f"ups.{cause}",
            "ups",
            shown,
            device("ups", ONLINE, cause, power="mains"),
            {"flags": flag},
            {"flags": ""},
        )
        for cause, flag, shown in _FLAGS
    ),
    panel(
        "ups.battery",
        "ups",
        Words("停电，用着备用电源", "The mains are out; the battery feeds the terminal"),
        device("ups", ONLINE, power="battery"),
        {"mains": False, "charge": 90},
        {"mains": True, "charge": 100},
    ),
    panel(
        "ups.low",
        "ups",
        Words("停电，备用电源快用完", "The mains are out and the battery is almost empty"),
        device("ups", ONLINE, power="low"),
        {"mains": False, "charge": 9},
        {"mains": True, "charge": 100},
        "service",
    ),
)
