"""The device lab: the world around a terminal (simulators, platform, cable) and the visits that are played in it."""
