"""Order lines become one event an order, with the list of what was bought.

A line of an order that is known already is a duplicate as often as the order holds it; the lines
beyond that are new and join the order.  An order whose lines sum to less than nothing is an
`Order Refunded` with negative revenue, so that sums over both are what the shop kept; a returned
line inside a larger order stays a line with a negative quantity.  An order's own total, which shops
write on its first line or on each of them, counts once.
"""

from __future__ import annotations

import duckdb

from limner.collect.clean.mark import marked
from limner.collect.fields import CUSTOMER_ID
from limner.collect.mapping import Mapping
from limner.collect.run import Run
from limner.collect.staging import Staged
from limner.collect.values import named, only_row, quoted
from limner.core.event import ORDER_COMPLETED, ORDER_REFUNDED
from limner.core.progress import Progress
from limner.core.tables import PRODUCT_LINE
from limner.lake import Lake

# Orders are grouped in memory, this many lines at a time.
LINES_AT_ONCE = 2_000_000

_CONTEXT = (
    "nullif(json_merge_patch('{}', to_json({'email': lower(min(email)), 'phone': min(phone),"
    " 'loyalty_card': min(loyalty_card)}))::VARCHAR, '{}')"
)
_FIRSTS = (
    "user_id", "anonymous_id", "store_id", "channel", "campaign_id", "utm_source", "utm_medium",
    "utm_campaign", "utm_term", "utm_content", "latitude", "longitude", "city",
)  # fmt: skip


def write_orders(
    lake: Lake, staged: Staged, mapping: Mapping, run: Run, progress: Progress
) -> tuple[int, int]:
    """Bring staged order lines into `events`; the numbers of lines kept and of duplicates."""
    cursor, area = staged.cursor, staged.rows.rsplit(".", 1)[0]
    good = staged.read - staged.bad
    _number_lines(staged, mapping)
    has_known = _find_known(lake, staged, area, mapping)
    said = _said_line(staged)
    cuts = _cuts(cursor, area, good)
    kept = 0
    for number, (first, last) in enumerate(cuts):
        transaction = run.transaction(f"orders.{number}")
        committed = lake.committed("events", transaction)
        if committed >= 0:  # an import that was killed came this far
            kept += committed - 1
        else:
            kept += _write_chunk(
                lake,
                cursor,
                area,
                mapping,
                run,
                transaction,
                first,
                last,
                len(cuts),
                has_known,
                said,
            )
        progress(run.step, 0.4 + 0.6 * (number + 1) / len(cuts))
    return kept, good - kept


def _number_lines(staged: Staged, mapping: Mapping) -> None:
    """A view of the good lines with the order they belong to, their day, and the line itself."""
    area = staged.rows.rsplit(".", 1)[0]
    has_revenue = "revenue" in mapping.columns
    units = "coalesce(quantity, 1)"
    revenue = f"price * {units} - abs(coalesce(discount, 0))"
    brought = f"coalesce(revenue, {revenue})" if has_revenue else revenue
    reduced = "abs(discount)" if "discount" in mapping.columns else "abs(coupon_discount)"
    price = f"coalesce(price, CASE WHEN quantity > 0 THEN (({brought}) + coalesce({reduced}, 0)) / quantity END)"
    quantity = "quantity" if "quantity" in mapping.columns else "1.0"
    line = (
        "{'product_id': product_id, 'name': product_name, 'category': category, 'brand': brand,"
        f" 'price': {price}, 'quantity': {quantity}::DOUBLE, 'discount': {reduced},"
        f" 'coupon_discount': abs(coupon_discount), 'revenue': {brought}}}"
    )
    staged.cursor.execute(
        f"CREATE VIEW {area}.lines AS SELECT *, coalesce('#' || order_id, '@' || {CUSTOMER_ID} || '@'"
        f" || epoch_us(time)::VARCHAR) AS _order, (time AT TIME ZONE 'UTC')::DATE AS _day, {line} AS _product,"
        f" {brought} AS _brought FROM {staged.rows} WHERE _bad IS NULL"
    )


def _event_id(mapping: Mapping) -> str:
    """SQL of the id of a line's order: the same for the same order of the same source, always."""
    source = mapping.source
    return f"md5({quoted(f'order:{len(source)}:{source}:')} || _order)"


def _cuts(
    cursor: duckdb.DuckDBPyConnection, area: str, good: int
) -> list[tuple[str | None, str | None]]:
    """Ranges of days of at most `LINES_AT_ONCE` lines, where the days allow; both ends included."""
    if good <= LINES_AT_ONCE:
        return [(None, None)] if good else []
    cursor.execute(
        f"CREATE TABLE {area}.first_days AS SELECT _order, min(_day) AS _first FROM {area}.lines"
        " GROUP BY _order HAVING min(_day) <> max(_day)"
    )
    ranges = cursor.execute(
        "SELECT min(_day)::VARCHAR, max(_day)::VARCHAR FROM (SELECT _day, sum(n) OVER (ORDER BY _day) AS total"
        f" FROM (SELECT _day, count(*) AS n FROM {area}.lines GROUP BY _day))"
        f" GROUP BY (total - 1) // {LINES_AT_ONCE} ORDER BY 1"
    ).fetchall()
    return [(first, last) for first, last in ranges]


def _of_days(area: str, first: str | None, last: str | None) -> str:
    """SQL of the lines of the orders that began on some days."""
    if first is None or last is None:
        return f"SELECT * FROM {area}.lines"
    days = f"BETWEEN DATE {quoted(first)} AND DATE {quoted(last)}"
    return (
        f"SELECT * FROM {area}.lines l WHERE _day {days} AND NOT EXISTS"
        f" (SELECT 1 FROM {area}.first_days d WHERE d._order = l._order) UNION ALL"
        f" SELECT l.* FROM {area}.lines l JOIN {area}.first_days d USING (_order) WHERE d._first {days}"
    )


def _find_known(lake: Lake, staged: Staged, area: str, mapping: Mapping) -> bool:
    """Put the orders that the lake had before this import, and how often it holds each line, aside."""
    version = lake.version("events")
    if version is None:
        return False
    cursor = staged.cursor
    view = f"{lake.view('events', version)}"
    cursor.execute(
        f"CREATE TABLE {area}.known AS SELECT * FROM {view} WHERE event_id IN"
        f" (SELECT {_event_id(mapping)} FROM (SELECT DISTINCT _order FROM {area}.lines))"
    )
    if only_row(cursor, f"SELECT count(*) FROM {area}.known") == (0,):
        return False
    cursor.execute(
        f"CREATE TABLE {area}.known_lines AS SELECT event_id, {_alike('product', mapping)} AS product,"
        f" count(*) AS times FROM (SELECT event_id, unnest(products) AS product FROM {area}.known) GROUP BY ALL"
    )
    return True


def _write_chunk(
    lake: Lake, cursor: duckdb.DuckDBPyConnection, area: str, mapping: Mapping, run: Run,
    transaction: str, first: str | None, last: str | None, chunks: int, has_known: bool, said: str,
) -> int:  # fmt: skip
    """Write the orders of some days; the number of lines kept."""
    lines = _of_days(area, first, last)
    event_id = _event_id(mapping)
    if said and mapping.repeats == "drop":
        lines = f"SELECT * FROM ({lines}) QUALIFY row_number() OVER (PARTITION BY _order, {said} ORDER BY _line) = 1"
    if not has_known and mapping.repeats == "keep":
        (kept,) = only_row(cursor, f"SELECT count(*) FROM ({lines})") if chunks > 1 else (run.good,)
        _append(lake, cursor, lines, mapping, run, transaction, kept)
        return int(kept)
    known = (
        f"LEFT JOIN {area}.known_lines k ON k.event_id = c.event_id AND k.product = c.product"
        if has_known
        else ""
    )
    times = "coalesce(k.times, 0)" if has_known else "0"
    if mapping.repeats == "drop" and not said:
        is_new = f"c.turn = 1 AND {times} = 0"
    else:
        # A corrected row was never taken, so it is new also when it says what another row says.
        is_taken = run.is_replay and mapping.repeats == "keep"
        is_new = "true" if is_taken else f"c.turn > {times}"
    is_known = f"c.event_id IN (SELECT event_id FROM {area}.known)" if has_known else "false"
    cursor.execute(
        f"CREATE OR REPLACE TABLE {area}.fresh AS SELECT c.*, {is_known} AS is_known FROM"
        " (SELECT *, row_number() OVER (PARTITION BY event_id, product ORDER BY _line) AS turn FROM"
        f" (SELECT *, {event_id} AS event_id, {_alike('_product', mapping)} AS product FROM ({lines}))) c {known}"
        f" WHERE {is_new}"
    )
    kept, joining = only_row(
        cursor, f"SELECT count(*), count(*) FILTER (is_known) FROM {area}.fresh"
    )
    fresh = (
        f"SELECT * EXCLUDE (event_id, product, turn, is_known) FROM {area}.fresh WHERE NOT is_known"
    )
    if run.is_replay:  # few rows, which must come in all at once or not at all
        both = (
            f"{_merged(area, mapping)} UNION ALL BY NAME {_orders(fresh, mapping, run)}"
            if joining
            else _orders(fresh, mapping, run)
        )
        events = cursor.sql(both).to_arrow_table()
        lake.upsert("events", events, transaction=(transaction, kept + 1))
        return int(kept)
    if joining:
        # Should a kill fall between the two commits, the lines that joined are known next time,
        # and the new orders are still to be appended.
        lake.upsert("events", cursor.sql(_merged(area, mapping)).to_arrow_table())
    if kept > joining:
        _append(lake, cursor, fresh, mapping, run, transaction, kept)
    return int(kept)


def _append(
    lake: Lake, cursor: duckdb.DuckDBPyConnection, lines: str, mapping: Mapping, run: Run,
    transaction: str, kept: int,
) -> None:  # fmt: skip
    reader = cursor.sql(_orders(lines, mapping, run)).to_arrow_reader(100_000)
    lake.append("events", reader, transaction=(transaction, kept + 1))


def _orders(lines: str, mapping: Mapping, run: Run) -> str:
    """SQL of the events of lines, a row an order, by day."""
    firsts = ", ".join(f"min({name}) AS {name}" for name in _FIRSTS if name in mapping.columns)
    currency = f"coalesce(min(currency), {quoted(mapping.currency)})"
    context = (
        _CONTEXT if {"email", "phone", "loyalty_card"} & set(mapping.columns) else "NULL::VARCHAR"
    )
    properties = "min(_traits)" if mapping.traits else "NULL::VARCHAR"
    if mapping.clean:
        properties = _with_marks(properties, mapping)
    total = _total(mapping)
    return (
        "SELECT (time AT TIME ZONE 'UTC')::DATE AS date, * FROM ("
        f"SELECT {_event_id(mapping)} AS event_id, 'track' AS type,"
        f" CASE WHEN {total} < 0 THEN {quoted(ORDER_REFUNDED)} ELSE {quoted(ORDER_COMPLETED)} END AS event,"
        f" min(time) AS time, {quoted(run.now.isoformat())}::TIMESTAMPTZ AS received_at,"
        f" min({CUSTOMER_ID}) AS customer_id, {quoted(mapping.source)} AS source, min(order_id) AS order_id,"
        f" round({total}, 6) AS revenue, {currency} AS currency, list(_product) AS products,"
        f" {properties} AS properties, {context} AS context{', ' + firsts if firsts else ''}"
        f" FROM ({lines}) GROUP BY _order) ORDER BY date, time"
    )


# The fields of a line that are computed from one another.
_AMOUNTS = ("price", "quantity", "discount", "coupon_discount", "revenue")


def _alike(line: str, mapping: Mapping) -> str:
    """SQL of what two lines must share to be the same line.

    A value that rules fill or cap depends on the rest of the file and cannot tell.
    """
    guessed = {"name" if name == "product_name" else name for name in mapping.guessed}
    if guessed & set(_AMOUNTS):
        guessed |= set(_AMOUNTS)
    if not guessed & {field.name for field in PRODUCT_LINE}:
        return f"to_json({line})::VARCHAR"
    told = (field.name for field in PRODUCT_LINE if field.name not in guessed)
    return f"to_json([{', '.join(f'{line}.{name}::VARCHAR' for name in told)}])::VARCHAR"


def _said_line(staged: Staged) -> str:
    """SQL of all that a line's row itself says, where rules may have put something in; else empty."""
    lines = ("product_id", "product_name", "category", "brand", *_AMOUNTS)
    if not set(lines) & set(staged.said):
        return ""
    return ", ".join(named(staged.said.get(name, name)) for name in lines)


def _with_marks(properties: str, mapping: Mapping) -> str:
    filled, outliers = (
        f"list_sort(list_distinct(flatten(list({x}))))" for x in ("_filled", "_outliers")
    )
    return marked(properties, filled, outliers, mapping.guessed)


def _total(mapping: Mapping) -> str:
    """SQL of what an order brought: its own total where a line says it, else its lines' sum."""
    has_total = "order_total" in mapping.columns
    return "coalesce(max(order_total), sum(_brought))" if has_total else "sum(_brought)"


def _merged(area: str, mapping: Mapping) -> str:
    """SQL of the known orders with the lines that are new to them."""
    total = "round(coalesce(n.order_total, k.revenue + n.revenue), 6)"
    noted, marks = "", ""
    if mapping.clean:
        noted = (
            f" {marked('k.properties', 'n.filled', 'n.outliers', mapping.guessed)} AS properties,"
        )
        marks = ", list_distinct(flatten(list(_filled))) AS filled, list_distinct(flatten(list(_outliers))) AS outliers"
    return (
        f"SELECT k.* REPLACE (list_concat(k.products, n.products) AS products,{noted}"
        f" {total} AS revenue, CASE WHEN {total} < 0 THEN {quoted(ORDER_REFUNDED)} ELSE {quoted(ORDER_COMPLETED)} END AS event)"
        f" FROM {area}.known k JOIN (SELECT event_id, list(_product) AS products, coalesce(sum(_brought), 0) AS revenue, max(order_total) AS order_total{marks}"
        f" FROM {area}.fresh WHERE is_known GROUP BY event_id) n USING (event_id)"
    )
