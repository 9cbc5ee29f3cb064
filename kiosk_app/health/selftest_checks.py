"""The checks that only a self-test makes, because they take time or touch things: pure, from facts to a result."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.site import Screen
from kiosk_app.health.verdicts import failed, passed, warned
from provisioning import CheckResult, Words

LITTLE_MEMORY = 256 * 1024 * 1024
NO_MEMORY = 96 * 1024 * 1024
"""Bytes the kernel could still give. The terminal's parts take some 200 MB; below a third of it the kernel ends one."""
WARM_C, HOT_C = 80, 95
"""Degrees of the hottest sensor. Processors for this use are throttled from 95 on and last long at 80."""
LEAST_SPOKEN_MS, MOST_SPOKEN_MS = 700, 15_000
LEAST_LOUD_DB = -45.0
"""The test sentence is between one and eight seconds long at some -20 dB below full scale."""
MM_OFF = 0.1
"""A screen that differs from its profile by more than this part of its width is another screen."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What the speech process made of the test sentence, and where its sound goes: device, file or none."""

    ms: int
    loud_db: float
    audio: str


@dataclass(frozen=True, slots=True)
class Glass:
    """A screen: pixels, and millimetres as it tells them itself; 0 where it does not."""

    width_px: int
    height_px: int
    width_mm: float = 0.0
    height_mm: float = 0.0


def check_disk_write(wrote: bool | None) -> CheckResult:
    """A file was written, flushed to the disk and read back."""
    if wrote is None:
        return warned(
            "disk_write",
            Words("还没有试过写磁盘。", "Writing to the disk has not been tried."),
            Words("请再自检一次。", "Run the self-test again."),
        )
    if not wrote:
        return failed(
            "disk_write",
            Words(
                "磁盘写不进去，或读回来不一样。", "The disk does not take what is written, or gives it back changed."
            ),
            Words(
                "请看系统日志里的磁盘错误；文件系统变成只读的请换磁盘。",
                "Look for disk errors in the system's log; replace the disk if its file system went read-only.",
            ),
        )
    return passed("disk_write", Words("磁盘写入正常。", "The disk takes and gives back what is written."))


def check_store_pages(intact: bool | None, bad: int = 0) -> CheckResult:
    """Every page of the store is authentic, and every body that waits fits its digest."""
    if intact is None:
        return warned(
            "store_pages",
            Words("没能查完存储的每一页。", "Not every page of the store could be checked."),
            Words("请等机器空闲时再自检一次。", "Run the self-test again when the machine is idle."),
        )
    if not intact:
        return failed(
            "store_pages",
            Words("存储有损坏的页，已停止收件。", "Pages of the store are damaged; no case is taken."),
            Words(
                "请不要删除文件；重启终端会自动抢救，再看 kiosk store show。",
                "Delete nothing; restart the terminal, which rescues what it can, then run kiosk store show.",
            ),
        )
    if bad:
        return warned(
            "store_pages",
            Words(f"有 {bad} 件的内容与登记不符。", f"The bodies of {bad} items differ from what was written down."),
            Words(
                "请运行 kiosk outbox verify 看是哪几件，联系平台运维。",
                "Run kiosk outbox verify and call the operators.",
            ),
        )
    return passed("store_pages", Words("存储的每一页都完好。", "Every page of the store is intact."))


def check_packages(damaged: tuple[str, ...] | None) -> CheckResult:
    """The signatures of the service packages in use hold."""
    if damaged is None:
        return warned(
            "packages",
            Words("还没有事项包可以验。", "There are no service packages to verify yet."),
            Words("请连上平台，或用 U 盘导入事项目录。", "Connect the platform, or import the catalogue from a stick."),
        )
    if damaged:
        names = "、".join(damaged[:6])
        return failed(
            "packages",
            Words(f"有事项包的签名不对，已停办：{names}。", f"Packages whose signature fails are closed: {names}."),
            Words(
                "请连上平台重新下载；再出现请查磁盘，并告诉平台运维。",
                "Connect the platform to fetch them anew; if it recurs check the disk and tell the operators.",
            ),
        )
    return passed("packages", Words("事项包的签名都对。", "The signatures of all service packages hold."))


def check_speech_loop(sound: Sound | None) -> CheckResult:
    """A sentence went through the real speech process, and its samples are speech."""
    if sound is None:
        return warned(
            "speech_loop",
            Words(
                "朗读程序没有合成测试句，屏幕上有字幕。", "The speech process made no test sentence; captions remain."
            ),
            Words(
                "请重启终端；还不行就重装语音组件。", "Restart the terminal; install the speech parts anew if it stays."
            ),
        )
    if not LEAST_SPOKEN_MS <= sound.ms <= MOST_SPOKEN_MS or sound.loud_db < LEAST_LOUD_DB:
        return warned(
            "speech_loop",
            Words("合成的测试句太短、太长或没有声音。", "The test sentence came out too short, too long or silent."),
            Words("请重装语音组件，再自检一次。", "Install the speech parts anew and run the self-test again."),
        )
    heard = {
        "device": Words(
            "朗读合成正常，送到了声卡；喇叭响不响要请人听。",
            "Speech is made and reaches the sound card; whether the loudspeaker sounds a person has to hear.",
        ),
        "file": Words("朗读合成正常，声音写到文件。", "Speech is made; its sound goes to a file."),
    }
    silent = Words("朗读合成正常，但没有声音设备，没有放出来。", "Speech is made, and no sound device plays it.")
    return passed("speech_loop", heard.get(sound.audio, silent), _LISTEN if sound.audio == "device" else _NOTHING)


_NOTHING = Words("不需要处理。", "Nothing to do.")
_LISTEN = Words("请在维护模式里做“听一听”。", "Run the listening test in technician mode.")


def check_screen(glass: Glass | None, wanted: Screen | None = None) -> CheckResult:
    """The screen is the one of the profile: portrait or landscape as it hangs, and as large.

    `wanted` is what the profile says of it, or None.
    """
    if glass is None or not glass.width_px:
        return warned(
            "screen",
            Words("不知道屏幕有多大。", "The size of the screen is not known."),
            Words("请启动终端后再查。", "Start the terminal and check again."),
        )
    size = f"{glass.width_px}×{glass.height_px}"
    if wanted is None:
        return passed("screen", Words(f"屏幕 {size} 像素。", f"The screen has {size} pixels."))
    width, height = wanted.width_mm, wanted.height_mm
    if (width > height) is not (glass.width_px > glass.height_px):
        return failed(
            "screen",
            Words(f"屏幕 {size}，横竖与站点配置相反。", f"The screen ({size}) is turned against the site profile."),
            Words(
                "请在系统里旋转屏幕，或更正站点配置。", "Turn the screen in the system, or correct the site profile."
            ),
        )
    if glass.width_mm and abs(glass.width_mm - width) > MM_OFF * width:
        return warned(
            "screen",
            Words(
                f"屏幕宽 {glass.width_mm:.0f} 毫米，站点配置写的是 {width}。",
                f"The screen is {glass.width_mm:.0f} mm wide, the site profile says {width}.",
            ),
            Words("请量一下屏幕，让平台运维更正站点配置。", "Measure it and have the operators correct the profile."),
        )
    return passed("screen", Words(f"屏幕 {size}，与站点配置一致。", f"The screen ({size}) fits the site profile."))


def check_touch(panels: int | None) -> CheckResult:
    """The kernel has a touch screen."""
    if panels is None:
        return warned(
            "touch",
            Words("不知道有没有触摸屏。", "Whether there is a touch screen is not known."),
            Words("请在终端上再查一遍。", "Check again on the terminal."),
        )
    if not panels:
        return warned(
            "touch",
            Words("系统里没有触摸屏，只能用小键盘。", "The system has no touch screen; only the keypad works."),
            Words("请插紧触摸屏的 USB 线。", "Plug the touch screen's USB cable in firmly."),
        )
    return passed("touch", Words("触摸屏已接上。", "The touch screen is there."))


def check_memory(free: int | None) -> CheckResult:
    """Bytes of memory that the kernel could still give."""
    if free is None:
        return warned(
            "memory",
            Words("不知道内存还剩多少。", "The free memory is not known."),
            Words("请在终端上再查一遍。", "Check again on the terminal."),
        )
    amount = f"{free / (1 << 20):.0f} MB"
    if free < NO_MEMORY:
        return failed(
            "memory",
            Words(f"内存只剩 {amount}。", f"Only {amount} of memory are left."),
            Words(
                "请重启终端；常出现就看有没有别的程序。",
                "Restart the terminal; if it recurs look for other programmes.",
            ),
        )
    if free < LITTLE_MEMORY:
        return warned(
            "memory",
            Words(f"内存还剩 {amount}。", f"{amount} of memory are left."),
            Words("请关掉别的程序。", "End other programmes."),
        )
    return passed("memory", Words(f"内存还剩 {amount}。", f"{amount} of memory are free."))


def check_temperature(degrees: int | None) -> CheckResult:
    """The hottest sensor of the machine, degrees Celsius."""
    if degrees is None:
        return passed("temperature", Words("这台机器不报温度。", "This machine does not tell its temperature."))
    if degrees >= HOT_C:
        return failed(
            "temperature",
            Words(f"机器 {degrees} 度，太热。", f"The machine has {degrees} degrees, too hot."),
            Words("请看风扇转不转、进风口堵没堵。", "See that its fan turns and that its vents are free."),
        )
    if degrees >= WARM_C:
        return warned(
            "temperature",
            Words(f"机器 {degrees} 度，偏热。", f"The machine has {degrees} degrees, warm."),
            Words("请清理进风口的灰。", "Clean the dust from its vents."),
        )
    return passed("temperature", Words(f"机器 {degrees} 度。", f"The machine has {degrees} degrees."))
