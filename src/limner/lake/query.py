"""Read-only SQL for people: one SELECT, over the lake's tables and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

import duckdb
import pyarrow as pa

from limner.core.errors import Malformed
from limner.core.tables import TABLES
from limner.lake.engine import connect
from limner.lake.faults import reading


def run_read_only(
    sql: str, select: Callable[[str], str], directory: str, timezone: str, memory_limit: str
) -> pa.Table:
    """The rows of one SELECT, run where no file outside the lake can be reached.

    `select` gives the SELECT that reads a table.  Only tables that the text names are looked up.
    Raises: `Malformed` when the text is not one SELECT, or DuckDB refuses it.
    """
    named = set(re.findall(r"\w+", sql.lower()))
    connection = connect(directory, timezone, memory_limit)
    try:
        for name in named.intersection(TABLES):
            connection.execute(f'CREATE VIEW "{name}" AS {select(name)}')
        quoted = directory.replace("'", "''")
        connection.execute(f"SET allowed_directories = ['{quoted}']")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        statements = connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise Malformed("sql-not-select", "write exactly one SELECT; this console only reads")
        with reading():
            return connection.sql(statements[0].query).to_arrow_table()
    except duckdb.Error as error:
        seen = " ".join(str(error).split("\n")[:2]).strip()
        is_name = isinstance(error, duckdb.CatalogException)
        hint = f" (tables: {', '.join(TABLES)})" if is_name else ""
        raise Malformed("sql-refused", f"{seen}{hint}") from error
    finally:
        connection.close()
