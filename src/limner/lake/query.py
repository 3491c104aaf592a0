"""Read-only SQL for people: one SELECT, over the lake's tables and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from limner.core.errors import Malformed


def run_read_only(
    sql: str, views: Mapping[str, str], directory: str, timezone: str, memory_limit: str
) -> pa.Table:
    """The rows of one SELECT, run where no file outside the lake can be reached.

    `views` gives each table's name and the SELECT that reads it.
    Raises: `Malformed` when the text is not one SELECT, or DuckDB refuses it.
    """
    connection = duckdb.connect(config={"memory_limit": memory_limit})
    try:
        connection.execute(f"SET TimeZone = '{timezone}'")
        for name, select in views.items():
            connection.execute(f'CREATE VIEW "{name}" AS {select}')
        quoted = directory.replace("'", "''")
        connection.execute(f"SET allowed_directories = ['{quoted}']")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        statements = connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise Malformed("sql-not-select", "write exactly one SELECT; this console only reads")
        return connection.sql(statements[0].query).to_arrow_table()
    except duckdb.Error as error:
        seen = " ".join(str(error).split("\n")[:2]).strip()
        hint = f" (tables: {', '.join(views)})" if isinstance(error, duckdb.CatalogException) else ""
        raise Malformed("sql-refused", f"{seen}{hint}") from error
    finally:
        connection.close()
