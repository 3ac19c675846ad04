"""Triggers that refuse to change or delete rows, on SQLite and on PostgreSQL.

A constraint of the model layer is passed by raw SQL, bulk updates and the admin of the
database; a trigger is not. `when` is SQL over the old row (`OLD`), true while the row is
frozen; `free` names the columns that may still change.

`refuse` looks at the new row (`NEW`): it keeps a frozen thing from growing, and rows of
two workspaces from being joined. On SQLite `INSERT OR REPLACE` deletes rows without
firing their triggers, so that `keep` refuses a row that would take a frozen one's place.
"""

from django.db import migrations


class Statements(migrations.RunPython):
    """Runs statements, and asks for no models.

    A `RunPython` is given all models as they are at its place, made anew for each; with
    a few hundred triggers that was half of what migrating from nothing took.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Run the statements of the one way."""
        self.code(None, schema_editor)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Run the statements of the other way."""
        self.reverse_code(None, schema_editor)


def freeze(table, *, name, message, when="", free=(), columns=()):
    """Return a migration operation that freezes rows of a table.

    With `free`, an update is refused only if another of `columns` changes.
    """
    changed = " OR ".join(
        f"OLD.{column} IS DISTINCT FROM NEW.{column}"
        for column in columns
        if column not in free
    )

    def forwards(apps, schema_editor):
        vendor = schema_editor.connection.vendor
        for statement in _create(vendor, table, name, message, when, changed):
            schema_editor.execute(statement)

    def backwards(apps, schema_editor):
        vendor = schema_editor.connection.vendor
        for statement in _drop(vendor, table, name):
            schema_editor.execute(statement)

    return Statements(forwards, backwards)


def refuse(table, *, name, message, when, events=("INSERT", "UPDATE")):
    """Return a migration operation that refuses new and changed rows.

    `when` is SQL over `NEW` (and `OLD`, if `events` holds no INSERT; over `OLD` alone, if
    they hold DELETE), true of a row that must not be.
    """

    def forwards(apps, schema_editor):
        vendor = schema_editor.connection.vendor
        for statement in _create_refusal(vendor, table, name, message, when, events):
            schema_editor.execute(statement)

    def backwards(apps, schema_editor):
        vendor = schema_editor.connection.vendor
        for statement in _drop(vendor, table, name, events):
            schema_editor.execute(statement)

    return Statements(forwards, backwards)


def keep(table, *, name, message, key, frozen="1 = 1"):
    """Return a migration operation that keeps frozen rows from being replaced.

    `key` names the columns that are unique beside the id; a table that has several such
    keys takes the operation once for each. PostgreSQL needs no such trigger: its upsert
    is an update.
    """
    same = " AND ".join(f"{table}.{column} = NEW.{column}" for column in key)
    taken = f"{table}.id = NEW.id" + (f" OR ({same})" if key else "")
    other = f"SELECT 1 FROM {table} WHERE {frozen} AND ({taken})"

    def forwards(apps, schema_editor):
        if schema_editor.connection.vendor != "sqlite":
            return
        for event, others in (
            ("INSERT", other),
            ("UPDATE", f"{other} AND {table}.id <> OLD.id"),
        ):
            schema_editor.execute(
                _sqlite_trigger(table, name, event, f"EXISTS ({others})", message)
            )

    def backwards(apps, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            for statement in _drop("sqlite", table, name, ("insert", "update")):
                schema_editor.execute(statement)

    return Statements(forwards, backwards)


def _sqlite_trigger(table, name, event, when, message):
    text = message.replace("'", "''")
    return (
        f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table} "
        f"FOR EACH ROW WHEN {when} BEGIN SELECT RAISE(ABORT, '{text}'); END"
    )


def _create_refusal(vendor, table, name, message, when, events):
    if vendor == "sqlite":
        for event in events:
            yield _sqlite_trigger(table, name, event, when, message)
        return
    text = message.replace("'", "''").replace("%", "%%")
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {when} THEN RAISE EXCEPTION '{text}' "
        f"USING ERRCODE = 'restrict_violation'; END IF; "
        f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    for event in events:
        yield (
            f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def _create(vendor, table, name, message, when, changed):
    text = message.replace("'", "''")
    if vendor == "sqlite":
        for event in ("UPDATE", "DELETE"):
            conditions = [f"({when})"] if when else []
            if event == "UPDATE" and changed:
                conditions.append(
                    "(" + changed.replace("IS DISTINCT FROM", "IS NOT") + ")"
                )
            guard = f"WHEN {' AND '.join(conditions)} " if conditions else ""
            yield (
                f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table} "
                f"FOR EACH ROW {guard}BEGIN SELECT RAISE(ABORT, '{text}'); END"
            )
        return
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{text.replace('%', '%%')}' "
        f"USING ERRCODE = 'restrict_violation'; END $$"
    )
    for event in ("UPDATE", "DELETE"):
        conditions = [f"({when})"] if when else []
        if event == "UPDATE" and changed:
            conditions.append(f"({changed})")
        guard = f"WHEN ({' AND '.join(conditions)}) " if conditions else ""
        yield (
            f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table} "
            f"FOR EACH ROW {guard}EXECUTE FUNCTION {name}()"
        )
    yield (
        f"CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _drop(vendor, table, name, events=("update", "delete", "truncate")):
    for event in events:
        where = "" if vendor == "sqlite" else f" ON {table}"
        yield f"DROP TRIGGER IF EXISTS {name}_{event.lower()}{where}"
    if vendor == "sqlite":
        return
    yield f"DROP FUNCTION IF EXISTS {name}()"
