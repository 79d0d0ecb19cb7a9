"""The SQLite extension dbcare, and for whom a program works."""
from contextvars import ContextVar
from pathlib import Path

#: Who makes the changes of this thread or task: the hooks of dbcare.sqlalchemy and
#: dbcare.django name it in each transaction. None: nobody is named.
actor = ContextVar("dbcare.actor", default=None)


def path():
    """The path of the library."""
    return str(Path(__file__).with_name("dbcare.so"))


def load(connection):
    """Loads the library into a sqlite3.Connection, on which SQL can load no other one."""
    connection.enable_load_extension(True)
    try:
        connection.load_extension(path())
    finally:
        connection.enable_load_extension(False)
