"""dbcare in Django, on SQLite and PostgreSQL: INSTALLED_APPS = ["dbcare.django.Config", ...]."""
from contextlib import contextmanager

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.backends.signals import connection_created

import dbcare

NAME_ACTOR = {
    "sqlite": "select dbaudit_actor(%s)",
    "postgresql": "select pg_catalog.set_config('dbcare.actor', %s, true)",
}


def load(connection, **kwargs):
    if connection.vendor == "sqlite":
        dbcare.load(connection.connection)


class Config(AppConfig):
    """Loads the library into connections to SQLite."""

    name = "dbcare.django"
    label = "dbcare"

    def ready(self):
        connection_created.connect(load)


@contextmanager
def change(actor=None, using="default"):
    """A transaction whose changes are those of actor, or else of dbcare.actor."""
    name = dbcare.actor.get() if actor is None else actor
    connection = connections[using]
    with transaction.atomic(using):
        if name is not None:
            with connection.cursor() as cursor:
                cursor.execute(NAME_ACTOR[connection.vendor], [name])
        yield connection
