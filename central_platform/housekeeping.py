"""What a platform that runs does once an hour: delete what it promised to delete, draw what was left undrawn, count
what is used most.
"""

from __future__ import annotations

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from central_platform import blobs, chat, documents, feedback, licence_copies
from central_platform.platform import Platform

EVERY_S = 3600.0
log = logging.getLogger("central_platform")


class Housekeeping:
    """A thread that tidies up at the start and then every hour, until `close`."""

    def __init__(self, platform: Platform, every_s: float = EVERY_S) -> None:
        self._platform = platform
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End; what is being done is finished."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while True:
            tasks = (
                ("talks", chat.forget),
                ("attachments", blobs.forget),
                ("certificates", documents.forget),
                ("what was answered", feedback.forget),
            )
            for what, forget in tasks:
                try:
                    forget(self._platform)
                except SQLAlchemyError as error:
                    # The next hour tries again; its text may quote a statement.
                    log.error("%s could not be deleted: %s", what, type(error).__name__)
            try:
                licence_copies.draw_missing(self._platform)
            except SQLAlchemyError as error:
                log.error("copies of licences could not be drawn: %s", type(error).__name__)
            try:
                self._platform.see_most_used()
            except SQLAlchemyError as error:
                log.error("what is used most could not be counted: %s", type(error).__name__)
            if self._stop.wait(self._every_s):
                return
