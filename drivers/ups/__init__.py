"""The power supply with a battery, as Network UPS Tools tell of it."""

from drivers.ups.address import ups
from drivers.ups.driver import KIND, PowerSupply
from drivers.ups.supply import Fault, Limits, Power, Supply, supply_of

__all__ = ["KIND", "Fault", "Limits", "Power", "PowerSupply", "Supply", "supply_of", "ups"]
