"""The world around a terminal: simulators, platform, cable, visit scripts. Never part of a terminal in service."""
