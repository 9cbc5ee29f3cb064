"""Fingers and keys for tests and visit scripts: events at the item's pixels, never a shortcut into the program."""

from ui.robot.robot import Robot, RobotError

__all__ = ["Robot", "RobotError"]
