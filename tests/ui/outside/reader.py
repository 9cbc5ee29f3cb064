"""What a screen reader finds: the accessible tree over AT-SPI, by the system's own Python, which has the bindings.

For every line of standard input one line out: what is showing and has a name, in tree order, as a JSON list.
"""

import json
import sys
import time
import warnings

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

warnings.simplefilter("ignore")


def application():
    """Return the only application on the bus, which may still be on its way."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        desktop = Atspi.get_desktop(0)
        if desktop.get_child_count():
            return desktop.get_child_at_index(0)
        time.sleep(0.05)
    raise SystemExit("no application on the accessibility bus")


def text_of(face):
    """Return what a field holds; the text of a label is its name over again."""
    if face.get_text_iface() is None:
        return ""
    text = Atspi.Text.get_text(face, 0, Atspi.Text.get_character_count(face))
    return "" if text == face.get_name() else text


def range_of(face):
    """Return least, now and most of what has a measure."""
    if face.get_value_iface() is None:
        return None
    ask = Atspi.Value
    return [ask.get_minimum_value(face), ask.get_current_value(face), ask.get_maximum_value(face)]


def walk(face, found):
    """Collect what is showing in the window and has a name."""
    states = {state.value_nick for state in face.get_state_set().get_states()}
    inside = face.get_role_name() not in ("application", "frame")
    if inside and face.get_name() and "showing" in states:
        actions = [Atspi.Action.get_action_name(face, i) for i in range(Atspi.Action.get_n_actions(face))]
        found.append(
            {
                "path": face.get_accessible_id(),
                "role": face.get_role_name(),
                "name": face.get_name(),
                "value": text_of(face),
                "range": range_of(face),
                "description": face.get_description(),
                "states": sorted(states),
                "actions": actions,
            }
        )
    for i in range(face.get_child_count()):
        child = face.get_child_at_index(i)
        if child is not None:
            walk(child, found)
    return found


Atspi.init()
for _ in sys.stdin:
    app = application()
    app.clear_cache()
    sys.stdout.write(json.dumps(walk(app, [])) + "\n")
    sys.stdout.flush()
