"""dbcare in an engine of SQLAlchemy, on SQLite and PostgreSQL."""
from sqlalchemy import event

import dbcare

NAME_ACTOR = {
    "sqlite": "select dbaudit_actor(?)",
    "postgresql": "select pg_catalog.set_config('dbcare.actor', %s, true)",
}


def listen(engine):
    """Loads the library into connections to SQLite, and names dbcare.actor in each
    transaction."""
    sqlite = engine.dialect.name == "sqlite"

    def connect(connection, record):
        connection.isolation_level = None  # SQLAlchemy begins transactions, not Python
        dbcare.load(connection)

    def begin(connection):
        if sqlite:
            connection.exec_driver_sql("begin")
        if dbcare.actor.get() is not None:
            connection.exec_driver_sql(NAME_ACTOR[engine.dialect.name], (dbcare.actor.get(),))

    if sqlite:
        event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begin)
