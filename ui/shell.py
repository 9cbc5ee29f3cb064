"""The window and its loop: presents views, passes inputs up, lends the main thread to whoever needs it.

Imported before the first frame, so it imports Qt and `ui` only. The loop has the shape of `kiosk_app.loop.Loop`.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QUICK_BACKEND", "software")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.fonts.warning=false")

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAccessible, QFont, QFontDatabase, QGuiApplication
from PySide6.QtQml import QQmlError
from PySide6.QtQuick import QQuickItem, QQuickView

from ui import binding, drawings, flow, qr_picture, zone_flow  # noqa: F401  (binding first; types)
from ui.bridge import HEADING_ID, Bridge
from ui.hearing import Hearing, everything
from ui.keymap import USUAL, keymap
from ui.keys import Keys
from ui.plan import Frame
from ui.touch import Touch
from ui.view import Input, ScreenView

T = TypeVar("T")
_HERE = Path(__file__).parent
_FONTS = sorted((_HERE / "fonts").glob("*.otf"))
_FAMILIES = ["Doorstep Sans", "Noto Sans CJK SC"]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShellConfig:
    """Shape of the screen. The page is `width` x `height` px; `scale` 0 fits the window to the display.

    `double_strike_ms`: within it a second strike of the same place or key is ignored; None = as the look of the page
    says (`Look.strike_s`). `keys` are names of `ui.keymap`; the site profile's keypad hands them in (`use_keys`).
    """

    width: int = 1080
    height: int = 1920
    fullscreen: bool = False
    scale: float = 0.0
    title: str = "Doorstep"
    double_strike_ms: int | None = None
    keys: tuple[str, ...] = USUAL


class Timer:
    """A pending `after`."""

    def __init__(self, timer: QTimer, drop: Callable[[QTimer], None]) -> None:
        self._timer = timer
        self._drop = drop

    def cancel(self) -> None:
        """Forget it; harmless when it has already fired."""
        self._drop(self._timer)


class _Poster(QObject):
    posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.posted.connect(self.run, Qt.ConnectionType.QueuedConnection)

    def run(self, fn: Callable[[], None]) -> None:
        fn()


def application() -> QGuiApplication:
    """Return the process's application, made on first use with our fonts and the accessible tree on."""
    app = QGuiApplication.instance()
    if isinstance(app, QGuiApplication):
        return app
    app = QGuiApplication(["doorstep"])
    for path in _FONTS:
        QFontDatabase.addApplicationFont(str(path))
    font = QFont(_FAMILIES)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    app.setFont(font)
    QAccessible.setActive(True)
    return app


def forget_letters() -> None:
    """Drop the picture of every letter that was drawn, a resident's name among them; what stands there is drawn anew.

    Qt keeps them for as long as a font is in use, about 1 KB a visit. It drops them when the fonts that are installed
    change, so one comes and goes. Takes 2 ms.
    """
    QFontDatabase.removeApplicationFont(QFontDatabase.addApplicationFont(str(_FONTS[0])))


class Shell:
    """One window that shows one `ScreenView` at a time. Make and run it on the main thread.

    `on_input` gets every input on the main thread; `on_frame` callbacks get the monotonic time of each swapped frame;
    `on_first_frame` is called once. `warnings` holds what QML complained about (nothing, if all is well).
    `clock` is the monotonic time that every press is measured by.
    """

    def __init__(self, config: ShellConfig | None = None) -> None:
        self.config = config or ShellConfig()
        self.app = application()
        self.on_input: Callable[[Input], None] = lambda _: None
        self.on_first_frame: Callable[[float], None] | None = None
        self.on_frame: list[Callable[[float], None]] = []
        self.warnings: list[str] = []
        self._thread = threading.get_ident()
        self._poster = _Poster()
        self._timers: set[QTimer] = set()
        self.clock: Callable[[], float] = time.monotonic
        frame = Frame(landscape=self.config.width > self.config.height)
        self.bridge = Bridge(self.send, frame)
        self.bridge.monotonic = lambda: self.clock()
        if self.config.double_strike_ms is not None:
            self.bridge.strike_override = self.config.double_strike_ms / 1000
        self.window = QQuickView()
        drawings.provide(self.window.engine())
        qr_picture.provide(self.window.engine())
        self.window.setTitle(self.config.title)
        self.window.setColor(Qt.GlobalColor.black)
        self.window.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.window.engine().setOutputWarningsToStandardError(False)
        self.window.engine().warnings.connect(self._warn)
        self.window.frameSwapped.connect(self._swapped)
        self.hearing = Hearing(self.window, self.send)
        self.keys = Keys(self, keymap(self.config.keys))
        self.touch = Touch(self)
        for part in (self.keys, self.touch):
            self.window.installEventFilter(part)
        self._loaded = False
        atexit.register(self.close)
        self._closed = False
        self._body: flow.PageFlow | None = None

    @property
    def view(self) -> ScreenView:
        """The view that is shown."""
        return self.bridge.view

    @property
    def strike_s(self) -> float:
        """Within how many seconds a second strike of one key does not count."""
        return self.bridge.strike_s

    def use_keys(self, names: Iterable[str], extra: Mapping[str, str] | None = None) -> None:
        """Go by these key maps (`ui.keymap`) and these keys of the site from the next press on; main thread only.

        Raises:
            ValueError: there is no such map or no such meaning.
        """
        self.keys.use(keymap(names, extra or {}))

    def use_screen(self, width_mm: int, height_mm: int) -> None:
        """The picture is so large; main thread only. The page fills it as far as its shape allows."""
        config = self.config
        self.touch.measure(max(config.width / width_mm, config.height / height_mm))

    def wipe(self) -> None:
        """The visit is over: no key, finger, strike, focus or drawn letter of it is remembered; main thread only.

        What panels hold goes with their page: they are made anew each time a field opens.
        """
        self.keys.forget()
        self.touch.forget()
        self.bridge.wipe()
        self.hearing.wipe()
        self.window.engine().collectGarbage()
        forget_letters()

    def send(self, event: Input) -> None:
        """Pass one input up."""
        self.on_input(event)

    def present(self, view: ScreenView) -> int:
        """Show `view`; returns how many nodes changed. Call it on the main thread (or through `call`)."""
        old = self.bridge.view
        if view == old:
            return 0
        covered = view.cover and not old.cover
        if covered:
            self.hearing.remember()
        new = view.page != old.page or view.screen != old.screen
        if new and self._loaded:
            self.hearing.forget()
            self.flow().start()
        changes = self.bridge.apply(view)
        if not self._loaded:
            self._load()
        if view.focus and (new or view.focus != old.focus):
            self.flow().want(view.focus)
        current = next((n.id for n in view.nodes if n.current and n.panel), "")
        if current and (new or current != next((n.id for n in old.nodes if n.current and n.panel), "")):
            self.flow().want(current)
        if covered or (view.cover and view.cover != old.cover):
            self.hearing.focus_cover(view.focus)
        elif old.cover and not view.cover and not new:
            self.hearing.restore()
        elif not view.cover and (new or (view.focus and view.focus != old.focus)):
            self.hearing.focus(view.focus or HEADING_ID)
        self.hearing.check(current)
        return changes

    def post(self, fn: Callable[[], None]) -> None:
        """Run `fn` on the main thread, soon; may be called from any thread."""
        self._poster.posted.emit(fn)

    def after(self, seconds: float, fn: Callable[[], None]) -> Timer:
        """Run `fn` on the main thread once, `seconds` from now; call it from the main thread."""
        timer = QTimer()
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)

        def fire() -> None:
            self._drop(timer)
            fn()

        timer.timeout.connect(fire)
        self._timers.add(timer)
        timer.start(max(0, round(seconds * 1000)))
        return Timer(timer, self._drop)

    def _drop(self, timer: QTimer) -> None:
        """Let go of a timer: one that keeps its connection keeps what it would have called, for good."""
        if timer in self._timers:
            self._timers.discard(timer)
            timer.stop()
            timer.timeout.disconnect()
            timer.deleteLater()

    def call(self, fn: Callable[[], T], timeout: float = 30.0) -> T:
        """Run `fn` on the main thread and return its result; may be called from any thread.

        Raises:
            TimeoutError: the main thread did not answer within `timeout` seconds.
        """
        if threading.get_ident() == self._thread:
            return fn()
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(fn())
            except Exception as error:  # noqa: BLE001  (handed to the caller's thread)
                future.set_exception(error)

        self.post(run)
        return future.result(timeout)

    def free(self) -> None:
        """Destroy the items of pages that have gone. The loop does that; this is for pages shown without running it."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def run(self) -> None:
        """Run until `quit`."""
        self.app.exec()

    def quit(self) -> None:
        """End `run`; may be called from any thread. The window stays (`QGuiApplication.quit` would close it)."""
        self.post(lambda: self.app.exit(0))

    def close(self) -> None:
        """Close the window and free what it holds."""
        for timer in list(self._timers):
            timer.stop()
        self._timers.clear()
        atexit.unregister(self.close)
        self._closed = True
        self.window.close()
        for part in (self.keys, self.touch):
            self.window.removeEventFilter(part)
        self.window.setSource(QUrl())

    def grab(self, path: Path | str | None = None) -> bytes:
        """Return the window as PNG bytes, written to `path` when given. Main thread only."""
        from PySide6.QtCore import QBuffer, QByteArray, QIODevice

        image = self.window.grabWindow()
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        raw = bytes(data.data())
        if path is not None:
            Path(path).write_bytes(raw)
        return raw

    def root(self) -> QQuickItem:
        """Return the root item."""
        return self.window.rootObject()

    def flow(self) -> flow.PageFlow:
        """Return the body's arrangement: which part of how many is shown."""
        found = self._body
        if found is None:
            raise RuntimeError("nothing is shown yet")
        return found

    def _load(self) -> None:
        self._loaded = True
        c = self.config
        self.window.setInitialProperties({"bridge": self.bridge, "pageWidth": c.width, "pageHeight": c.height})
        self.window.setSource(QUrl.fromLocalFile(str(_HERE / "qml" / "screens" / "Main.qml")))
        for error in self.window.errors():
            self._note(error.toString())
        if self.window.rootObject() is None:
            raise RuntimeError(f"the page did not load: {self.warnings[:3]}")
        self._body = next((i for i in everything(self.root()) if isinstance(i, flow.PageFlow)), None)
        if c.fullscreen:
            self.window.showFullScreen()
            return
        self.window.resize(*self._window_size())
        self.window.show()
        self.window.requestActivate()

    def glass(self) -> tuple[int, int, float, float]:
        """Return the screen's width and height in pixels, and in millimetres as it tells them; 0 where it does not."""
        screen = self.window.screen()
        told = self.app.platformName() not in ("offscreen", "minimal")
        pixels, size = screen.size(), screen.physicalSize()
        return pixels.width(), pixels.height(), size.width() if told else 0.0, size.height() if told else 0.0

    def _window_size(self) -> tuple[int, int]:
        c = self.config
        scale = c.scale
        if scale <= 0:
            screen = self.app.primaryScreen().availableGeometry()
            fits = screen.width() >= c.width and screen.height() >= c.height
            if fits or self.app.platformName() in ("offscreen", "minimal"):
                scale = 1.0
            else:
                scale = min(1.0, screen.width() / c.width, (screen.height() - 40) / c.height)
        return round(c.width * scale), round(c.height * scale)

    def _swapped(self) -> None:
        now = time.monotonic()
        if self.on_first_frame is not None:
            first, self.on_first_frame = self.on_first_frame, None
            first(now)
        for fn in self.on_frame:
            fn(now)

    def _warn(self, warnings: list[QQmlError]) -> None:
        for warning in warnings:
            self._note(warning.toString())

    def _note(self, text: str) -> None:
        if self._closed:
            return
        self.warnings.append(text)
        _log.warning("qml: %s", text)
