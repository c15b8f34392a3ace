"""The database's own full-text index behind a table of tokens: GIN on PostgreSQL, FTS5 kept by triggers on SQLite.

Both are made after ``migrate``, because no migration can hold them for both, and because SQLite loses triggers whenever
Django rebuilds the table.
"""

from dataclasses import dataclass


VECTOR = "array_to_tsvector(string_to_array(tokens, ' '))"


@dataclass(frozen=True)
class TokenIndex:
    """The index ``name`` over the column ``tokens`` of ``table``, whose column ``key`` (whole numbers, unique) it finds."""

    name: str
    table: str
    key: str

    @property
    def fts(self):
        """The name of SQLite's virtual table."""
        return f"{self.name}_fts"

    def make(self, connection):
        """Make the index where it is missing; nothing while the table itself is."""
        if self.table not in connection.introspection.table_names():
            return False
        with connection.cursor() as cursor:
            for statement in self.statements(connection.vendor):
                cursor.execute(statement)
        return True

    def statements(self, vendor):
        """Return the statements that make the index on "postgresql" or "sqlite"; each may run again."""
        return self._gin() if vendor == "postgresql" else self._fts5()

    def _gin(self):
        # Without the pending list each reader would scan what was last written.
        return (
            f"CREATE INDEX IF NOT EXISTS {self.name}_tokens ON {self.table} "
            f"USING gin ({VECTOR}) WITH (fastupdate = off)",
        )

    def _fts5(self):
        forget = f"INSERT INTO {self.fts}({self.fts}, rowid, tokens) VALUES ('delete', old.{self.key}, old.tokens);"  # noqa: S608
        keep = f"INSERT INTO {self.fts}(rowid, tokens) VALUES (new.{self.key}, new.tokens);"  # noqa: S608
        trigger = f"CREATE TRIGGER IF NOT EXISTS {self.name}"
        return (
            # The ascii tokenizer takes every other character as part of a token: what one is, articles.textsearch says.
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {self.fts} USING fts5(tokens, content='{self.table}', "
            f"content_rowid='{self.key}', tokenize='ascii', detail='none', columnsize=0)",
            f"{trigger}_inserted AFTER INSERT ON {self.table} BEGIN {keep} END",
            f"{trigger}_deleted AFTER DELETE ON {self.table} BEGIN {forget} END",
            f"{trigger}_updated AFTER UPDATE ON {self.table} BEGIN {forget} {keep} END",
        )
