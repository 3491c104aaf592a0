"""How far two records agree, field by field: Splink's engine for fields, a cosine for texts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from splink import DuckDBAPI, Linker, SettingsCreator

from limner.unify.match.field import Field
from limner.unify.match.fields import as_arrow
from limner.unify.match.levels import COSINES
from limner.unify.match.pairs import Rows

Agreement = npt.NDArray[np.int8]
_CHUNK = 1_000_000


class Comparer:
    """Compares pairs of rows on all fields."""

    def __init__(self, fields: Sequence[Field], rows: int, memory: str = "2GB") -> None:
        self.fields = fields
        self._engine = DuckDBAPI()
        self._engine.duckdb_con.execute(f"SET memory_limit = '{memory}'")
        self._engine.duckdb_con.execute("SET enable_progress_bar = false")
        self._engine.duckdb_con.execute("SET preserve_insertion_order = false")
        self._sql = [i for i, one in enumerate(fields) if not one.is_text]
        self._says_nothing = {
            i: np.array([*(level.share == 0 for level in fields[i].levels), False])
            for i in self._sql
        }
        self._linker = self._linked(as_arrow(fields, rows)) if self._sql else None
        self._texts = {i: _vectors(one) for i, one in enumerate(fields) if one.is_text}

    def _linked(self, table: pa.Table) -> Linker:
        logging.getLogger("splink").setLevel(logging.ERROR)
        settings = SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="record",
            comparisons=[self._comparison(i) for i in self._sql],
            blocking_rules_to_generate_predictions=["1=1"],
            retain_matching_columns=False,
            retain_intermediate_calculation_columns=True,
        )
        return Linker(self._engine.register(table, table_name="records"), settings, log_level=None)

    def _comparison(self, number: int) -> dict[str, Any]:
        one = self.fields[number]
        name = f"f{number}"
        other = next((f"f{i}" for i, f in enumerate(self.fields) if f.name == one.partner), name)
        found: list[dict[str, Any]] = [
            {"sql_condition": f"{name}_l IS NULL OR {name}_r IS NULL", "label_for_charts": "missing", "is_null_level": True}
        ]  # fmt: skip
        for number_of, level in enumerate(one.levels, 1):
            sql = level.sql if level.sql == "ELSE" else level.sql.format(name, other)
            # Chances such that the engine's match weight is the level's number: without the values
            # compared it gives weights only, and the true ones are estimated from these.
            found.append({"sql_condition": sql, "label_for_charts": level.label, "m_probability": 0.5 ** (number_of + 1), "u_probability": 0.5})  # fmt: skip
        return {"output_column_name": name, "comparison_levels": found}

    def agreement(
        self, left: Rows, right: Rows, told: Callable[[float], None] = lambda share: None
    ) -> Agreement:
        """By pair and field the number of the level, 0 the closest; -1 where a value is missing."""
        found = np.full((len(left), len(self.fields)), -1, np.int8)
        for start in range(0, len(left), _CHUNK):
            part = slice(start, start + _CHUNK)
            self._compare(left[part], right[part], found[part])
            told(min(1.0, (start + _CHUNK) / max(1, len(left))))
        return found

    def _compare(self, left: Rows, right: Rows, found: Agreement) -> None:
        if self._linker is not None and len(left):
            pairs = pa.table({"join_key_l": left, "join_key_r": right, "match_key": np.zeros(len(left), np.int8)})  # fmt: skip
            blocked = self._engine.register(pairs)
            self._linker.table_management.register_blocked_pairs_for_predict(blocked)
            answer = self._linker.inference.predict(warning_mode="never")
            columns = ", ".join(f"mw_f{i}" for i in self._sql)
            compared = self._engine.duckdb_con.execute(
                f"SELECT {columns} FROM {answer.physical_name} ORDER BY record_l, record_r"
            ).fetchnumpy()
            answer.drop_table_from_database_and_remove_from_cache()
            self._engine.delete_table_from_database(blocked.physical_name)
            for i in self._sql:
                weight = np.asarray(compared[f"mw_f{i}"])
                level: Agreement = (np.round(-weight) - 1).astype(np.int8)
                found[:, i] = np.where(self._says_nothing[i][level], -1, level)
        for i, (vectors, has_any) in self._texts.items():
            for start in range(0, len(left), 200_000):
                part = slice(start, start + 200_000)
                a, b = left[part], right[part]
                cosine = np.asarray(vectors[a].multiply(vectors[b]).sum(axis=1)).ravel()
                step = np.searchsorted(-np.array(COSINES), -cosine - 1e-6)
                found[part, i] = np.where(has_any[a] & has_any[b], step, -1)


def _vectors(one: Field) -> tuple[sparse.csr_matrix, npt.NDArray[np.bool_]]:
    """Texts as vectors of their pieces of two and three letters and their words, rare ones heavier."""
    texts = [v or "" for v in one.values[""]]
    has_any = np.array([bool(t) for t in texts])
    if not has_any.any():
        return sparse.csr_matrix((len(texts), 1)), has_any
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), lowercase=False, sublinear_tf=True, dtype=np.float32)  # fmt: skip
    return sparse.csr_matrix(pieces.fit_transform(texts)), has_any
