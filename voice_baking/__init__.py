"""Bakes the terminal's words into clips of one natural voice, and measures how well they are understood.

Runs in an environment of its own (requirements/voice.txt): nothing here is installed on a terminal, and nothing of the
terminal is imported here. What to bake comes as a list (`kiosk_app.voice.script`), what was baked goes into folders of
clips with a manifest (`contracts.clips`).
"""
