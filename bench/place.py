"""Where the terminal is measured: simulators on paced wires, a platform, an enrolled terminal that has run once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from bench.guest import Guest
from kiosk_app.lab.world import World
from kiosk_app.visit.desk import Desk


@contextlib.contextmanager
def place() -> Iterator[World]:
    """Set up everything around one terminal; its folder holds the catalogue and the words of its first page."""
    with World("real") as world:
        world.install()
        with Guest(world.state.root, world.folder / "terminal.log") as guest:
            guest.wait("online", lambda page: page["online"])
            guest.go("start.touch", to="home")
            guest.wait("the catalogue", lambda page: "service.XF01" in page["nodes"])
        yield world


def desk_of(world: World) -> Desk:
    """Return what the terminal's pages are made of: catalogue and site as it has stored them."""
    from kiosk_app.catalogues import load_catalogue
    from kiosk_app.engine_room import boot_id
    from kiosk_app.front import read_front
    from kiosk_app.shelf import Shelf
    from offline_cache import Keyring, open_store
    from provisioning import load_identity

    folders = world.state
    shelf = Shelf(world.clock.now, read_front(folders.front).site)
    store = open_store(folders.store, Keyring(folders.key), world.clock, boot_id())
    try:
        shelf.catalogue = load_catalogue(store, load_identity(folders.provision).trust)
    finally:
        store.close()
    return shelf.desk()
