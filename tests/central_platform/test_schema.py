from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from central_platform.database import Database, make_engine
from central_platform.models import Base, Case, Token
from central_platform.schema import HEAD, configuration, current, open_database

FIRST_ROWS = (
    "INSERT INTO terminal VALUES ('XC-0001', 0, '{}', 1, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL)",
    "INSERT INTO token VALUES ('h', '{}', 'x', 0, NULL, NULL)",
    "INSERT INTO submission VALUES ('s', 'XC-0001', 1, 'c', 'application', 'a', 0, 0, 'b', 'd', '{}', 0, NULL)",
    "INSERT INTO matter VALUES ('XC-1', 's', 'XC-0001', 'TA01', '1', '{}', 'x', 'L1', NULL, 'done', 0, NULL, 'o', 'c')",
    "INSERT INTO matter_step VALUES (1, 'XC-1', 'done', 0, '{}')",
)


def test_migrations_from_empty_give_exactly_the_models(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'p.db'}")
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_the_named_head_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(configuration()).get_heads() == [HEAD]


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'p.db'}"
    open_database(url).close()
    database = open_database(url)
    assert current(database) == HEAD
    database.close()


def test_a_downgrade_removes_every_table(tmp_path: Path) -> None:
    from alembic import command

    database = open_database(f"sqlite:///{tmp_path / 'p.db'}")
    with database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    database.close()


def test_a_database_of_the_first_version_is_brought_up_with_what_it_holds_and_back(tmp_path: Path) -> None:
    from alembic import command

    database = Database(make_engine(f"sqlite:///{tmp_path / 'p.db'}"))
    config = configuration()

    def move(way: Callable[[Config, str], None], revision: str) -> None:
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            way(config, revision)

    move(command.upgrade, "0001")
    with database.write() as session:
        for statement in FIRST_ROWS:
            session.execute(text(statement))
    move(command.upgrade, "head")
    with database.read() as session:
        token, case = session.scalars(select(Token)).one(), session.scalars(select(Case)).one()
    assert (token.kind, token.id_no) == ("doorstep", "x")
    assert (case.number, case.guardian_id_no, case.guardian_relation) == ("XC-1", None, None)
    move(command.downgrade, "0001")
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT number FROM matter_step")).scalar() == "XC-1"
        assert "kind" not in {column["name"] for column in inspect(connection).get_columns("token")}
    database.close()


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("trusted_schema", 0)]
)
def test_sqlite_is_durable_and_strict(tmp_path: Path, pragma: str, value: object) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'p.db'}")
    with database.engine.connect() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value
    database.close()


def test_the_statements_for_postgresql_can_be_written(tmp_path: Path) -> None:
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateTable

    for table in Base.metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=postgresql.dialect())).strip().startswith("CREATE TABLE")
