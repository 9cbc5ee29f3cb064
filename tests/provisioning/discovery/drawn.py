"""A machine drawn into a folder: sysfs with its links, /dev with udev's, as a kernel lays them out."""

from __future__ import annotations

from pathlib import Path

BUS = "devices/pci0000:00/0000:00:14.0/usb1"


class Drawn:
    """Draw what is plugged in, then `look(drawn.sys, drawn.dev)`."""

    def __init__(self, root: Path) -> None:
        self.sys, self.dev = root / "sys", root / "dev"
        (self.sys / "bus/usb/devices").mkdir(parents=True)
        self.dev.mkdir()

    def usb(
        self, port: str, number: str, *, serial: str = "", names: tuple[str, str] = ("", ""), classes: str = "ff"
    ) -> Path:
        """A USB device at a port such as 1-2.3, with one interface for each class (two digits each)."""
        folder = self.sys / BUS / port
        vendor, product = number.split(":")
        facts = {"idVendor": vendor, "idProduct": product, "bDeviceClass": "00", "serial": serial}
        facts |= {"manufacturer": names[0], "product": names[1]}
        folder.mkdir(parents=True)
        for name, text in facts.items():
            if text:
                (folder / name).write_text(text + "\n")
        for at, code in enumerate(classes.split()):
            interface = folder / f"{port}:1.{at}"
            interface.mkdir()
            (interface / "bInterfaceClass").write_text(code + "\n")
        (self.sys / "bus/usb/devices" / port).symlink_to(folder)
        return folder

    def node(self, subsystem: str, name: str, parent: Path, *, to: Path | None = None, **facts: str) -> Path:
        """A class device below `parent`; its node in /dev is a file, or a link to `to`."""
        folder = parent / subsystem / name
        folder.mkdir(parents=True)
        for fact, text in facts.items():
            (folder / fact).write_text(text + "\n")
        (folder / "device").symlink_to(parent)
        listed = self.sys / "class" / subsystem
        listed.mkdir(parents=True, exist_ok=True)
        (listed / name).symlink_to(folder)
        path = self.dev / {"usbmisc": "usb", "input": "input"}.get(subsystem, "") / name
        path.parent.mkdir(exist_ok=True)
        if to is None:
            path.touch()
        else:
            path.symlink_to(to)
        return path

    def tty(self, name: str, usb: Path, *, to: Path | None = None, link: str = "") -> Path:
        """A serial port of a USB bridge, and udev's by-path link to it."""
        path = self.node("tty", name, next(usb.glob("*:1.0")) / name, to=to)
        if link:
            self.link("serial/by-path", link, path)
        return path

    def link(self, folder: str, name: str, path: Path) -> None:
        """One of udev's links."""
        (self.dev / folder).mkdir(parents=True, exist_ok=True)
        (self.dev / folder / name).symlink_to(path)
