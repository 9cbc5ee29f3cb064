"""Performers of effects: store and platform, readers, printing, speaking. Joined by `kiosk_app.terminal`."""
