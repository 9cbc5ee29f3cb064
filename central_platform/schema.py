"""The database's shape over time: Alembic upgrades it; a database already at the head opens without loading Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from central_platform.database import Database, make_engine

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0017"
"""The newest migration; a test compares it with the folder."""
MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str) -> Database:
    """Open a database and bring it up to date."""
    database = Database(make_engine(url))
    if current(database) != HEAD:
        upgrade(database)
    return database


def current(database: Database) -> str | None:
    """Return the revision of a database; None when it is empty."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(database: Database) -> None:
    """Run every migration that is missing, in one transaction."""
    from alembic import command

    with database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def configuration() -> Config:
    """Return Alembic's configuration without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
