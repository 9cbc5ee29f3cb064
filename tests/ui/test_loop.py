from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from tests.ui.samples import build
from ui.robot import Robot
from ui.shell import Shell
from ui.view import Act, Input


def test_a_robot_in_another_thread_drives_a_running_shell(shell: Shell) -> None:
    got: list[Input] = []
    shell.present(build("home"))
    shell.on_input = got.append
    errors: list[BaseException] = []

    def script() -> None:
        try:
            robot = Robot(shell)
            robot.wait_page("home")
            robot.touch("service.pay")
            robot.press("dock.help")
        except (AssertionError, TimeoutError) as error:
            errors.append(error)
        finally:
            shell.quit()

    thread = threading.Thread(target=script)
    thread.start()
    shell.run()
    thread.join(10)
    assert errors == []
    assert [e for e in got if isinstance(e, Act)] == [Act("service.pay"), Act("dock.help")]


def test_posts_run_in_order_on_the_main_thread(shell: Shell) -> None:
    ran: list[tuple[int, int]] = []

    def post_all() -> None:
        for i in range(20):
            shell.post(lambda i=i: ran.append((i, threading.get_ident())))
        shell.quit()

    threading.Thread(target=post_all).start()
    shell.run()
    assert ran == [(i, threading.get_ident()) for i in range(20)]


def test_a_cancelled_timer_does_not_fire(shell: Shell) -> None:
    ran: list[str] = []
    timer = shell.after(0.01, lambda: ran.append("cancelled"))
    shell.after(0.02, lambda: ran.append("kept"))
    shell.after(0.04, shell.quit)
    timer.cancel()
    shell.run()
    assert ran == ["kept"]


def test_call_hands_an_error_to_the_caller(shell: Shell) -> None:
    caught: list[str] = []

    def ask() -> None:
        try:
            shell.call(lambda: 1 // 0)
        except ZeroDivisionError:
            caught.append("ZeroDivisionError")
        shell.quit()

    threading.Thread(target=ask).start()
    shell.run()
    assert caught == ["ZeroDivisionError"]


def test_nothing_beyond_qt_and_ui_is_imported_before_the_first_frame() -> None:
    script = (
        "import sys; from ui.shell import Shell; from ui.view import ScreenView\n"
        "s = Shell(); s.on_first_frame = lambda _: s.quit()\n"
        "s.present(ScreenView('attract', 'attract', 'x')); s.run()\n"
        "print(' '.join(sorted({m.split('.')[0] for m in sys.modules} - set(sys.stdlib_module_names))))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    strange = {m for m in out.stdout.split() if not m.startswith(("_", "PySide6", "shiboken6", "ui"))}
    assert strange <= {"sitecustomize", "signature_bootstrap", "shibokensupport"}, strange
    assert "QtTest" not in out.stdout


@pytest.mark.parametrize("page", ["attract", "review"])
def test_grab_is_a_picture_of_the_whole_page(shell: Shell, page: str) -> None:
    shell.present(build(page))
    assert shell.grab()[:8] == b"\x89PNG\r\n\x1a\n"


def test_pages_that_come_and_go_leave_no_items_behind(shell: Shell) -> None:
    from ui.hearing import everything

    views = [build(name) for name in ("home", "guide", "identify", "form", "review")]
    for view in views:
        shell.present(view)
        shell.app.processEvents()
    robot = Robot(shell)
    robot._rest(0.3)
    before = sum(1 for _ in everything(shell.root()))
    for _ in range(8):
        for view in views:
            shell.present(view)
            shell.app.processEvents()
    robot._rest(0.5)
    assert sum(1 for _ in everything(shell.root())) <= before + 5
