"""The device lab's window: what a resident could hold, on a mouse. A process of its own that talks to the lab's world.

`python -m ui.lab --socket PATH`; the other end of the socket is `kiosk_app.lab.server`.
"""
