"""The terminal's window with a camera picture on it: `python -m bench.preview_screen ring|pipe NAME SECONDS`.

The page is the same for both; the peer's picture comes as JPEG through the standard input, is unpacked by
`QImage.fromData` on the loop and drawn by the same kind of item. CPU in percent of a core, and the frames that were
painted in a second, go to the standard error at the end. The first half second, in which the page loads, is left out.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPainterPath
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

from ui.camera import CameraPicture
from ui.hearing import everything
from ui.shell import Shell
from ui.view import Chrome, Node, Role, ScreenView

WARM_S = 0.7
CORNER = 26.0


class Peer(QQuickPaintedItem):
    """Draws whatever image it was handed last."""

    def __init__(self, parent: QQuickItem) -> None:
        super().__init__(parent)
        self.image = QImage()
        self.painted = 0

    def paint(self, painter: QPainter) -> None:
        """Paint it, rounded as ours."""
        path = QPainterPath()
        path.addRoundedRect(QRectF(0, 0, self.width(), self.height()), CORNER, CORNER)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(path)
        painter.drawImage(QRectF(0, 0, self.width(), self.height()), self.image)
        self.painted += 1


def page(name: str) -> ScreenView:
    """A page with a heading, the picture and one line."""
    chrome = Chrome("政务服务自助终端", "新风社区", "09:26", "11月22日", "12345", "XC-0042", True, "")
    nodes = (
        Node("face.camera", Role.PICTURE, text="摄像头里的您", value=f"camera:{name}"),
        Node("face.prompt", Role.STATUS, text="请把脸放进椭圆里", icon="face"),
    )
    return ScreenView("message", "face", "请看屏幕", nodes=nodes, chrome=chrome)


def receive(shell: Shell, item: Peer) -> None:
    """Own thread: read the frames and post each to the loop."""
    source = sys.stdin.buffer
    while len(head := source.read(4)) == 4:
        data = source.read(int.from_bytes(head))

        def show(data: bytes = data) -> None:
            item.image = QImage.fromData(data)
            item.update()

        shell.post(show)


def main() -> None:
    """Run as one of the two kinds."""
    kind, name, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    shell = Shell()
    shell.present(page(name if kind == "ring" else ""))
    ours = next(i for i in everything(shell.root()) if isinstance(i, CameraPicture))
    item: CameraPicture | Peer = ours
    if kind == "pipe":
        peer = item = Peer(ours.parentItem())

        def begin() -> None:
            peer.setPosition(ours.position())
            peer.setSize(ours.size())
            threading.Thread(target=receive, args=(shell, peer), daemon=True).start()

        # Once the page is laid out and has its size.
        shell.after(WARM_S / 2, begin)
    at: list[tuple[float, float, int]] = []

    def mark() -> None:
        at.append((time.monotonic(), time.process_time(), item.painted))

    shell.after(WARM_S, mark)
    shell.after(WARM_S + seconds, mark)
    shell.after(WARM_S + seconds + 0.05, shell.quit)
    shell.run()
    (t0, c0, n0), (t1, c1, n1) = at
    result = {"cpu": 100 * (c1 - c0) / (t1 - t0), "fps": (n1 - n0) / (t1 - t0)}
    sys.stderr.write(json.dumps(result) + "\n")
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
