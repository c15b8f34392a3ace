"""Keep an event in one statement: WeChat waits five seconds for the answer, and a mass send brings hundreds a second."""

import functools

from django.db import InterfaceError, OperationalError, connection

from publish.models.pushes import CallbackEvent


def keep(event):
    """Insert the unsaved ``event``; one whose key or signature is known changes nothing.

    One statement in autocommit, no transaction around it, and no question beforehand whether the connection still
    stands (CONN_HEALTH_CHECKS): the statement may run twice without harm, so a broken connection is found out by using
    it, and opened again once. Raises django.db.DatabaseError.
    """
    values = [
        field.get_db_prep_save(field.pre_save(event, add=True), connection) for field in _statement()[0]
    ]
    connection.health_check_done = True
    try:
        _insert(values)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        _insert(values)


def _insert(values):
    with connection.cursor() as cursor:
        cursor.execute(_statement()[1], values)


@functools.cache
def _statement():
    """Return (columns, SQL). PostgreSQL and SQLite say it in the same words."""
    fields = [field for field in CallbackEvent._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = CallbackEvent._meta.db_table
    return fields, f'INSERT INTO "{table}" ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING'  # noqa: S608
