"""Readers of social-security cards: contact chip cards in a PC/SC reader, read by a profile."""

from drivers.social_card.address import Address, parse_address
from drivers.social_card.card import SocialCard
from drivers.social_card.driver import ReadSocialCard, SocialCardReader
from drivers.social_card.profile import PinPadMissingError, Profile, ProfileError, load_profile

__all__ = [
    "Address",
    "PinPadMissingError",
    "Profile",
    "ProfileError",
    "ReadSocialCard",
    "SocialCard",
    "SocialCardReader",
    "load_profile",
    "parse_address",
]
