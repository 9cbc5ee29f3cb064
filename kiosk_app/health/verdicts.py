"""A check's result in one call: what was found, and what to do."""

from __future__ import annotations

from provisioning import CheckResult, CheckState, Words

NOTHING = Words("不需要处理。", "Nothing to do.")
"""What to do when all is well."""


def passed(check: str, cause: Words, remedy: Words = NOTHING) -> CheckResult:
    """All is well with it."""
    return CheckResult(check, CheckState.PASS, cause, remedy)


def warned(check: str, cause: Words, remedy: Words, *, word: str = "") -> CheckResult:
    """It works, and somebody should look."""
    return CheckResult(check, CheckState.WARN, cause, remedy, word)


def failed(check: str, cause: Words, remedy: Words, *, word: str = "") -> CheckResult:
    """It does not work."""
    return CheckResult(check, CheckState.FAIL, cause, remedy, word)
