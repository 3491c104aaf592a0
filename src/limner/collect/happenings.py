"""Rows that each tell one thing that happened become one event each."""

from __future__ import annotations

from limner.collect.clean.mark import marked
from limner.collect.fields import CUSTOMER_ID
from limner.collect.mapping import Mapping
from limner.collect.run import Run
from limner.collect.staging import Staged
from limner.collect.values import named, only_row, quoted
from limner.core.progress import Progress
from limner.lake import Lake

_SAME = (
    "event_id", "order_id", "revenue", "store_id", "campaign_id", "utm_source", "utm_medium",
    "utm_campaign", "utm_term", "utm_content", "latitude", "longitude", "city", "channel", "user_id",
    "anonymous_id",
)  # fmt: skip
# All that a row says; two rows that say the same are told apart by their turn.
_SAYS = {
    **dict.fromkeys(("event", "time", "user_id", "loyalty_card", "email", "phone", "anonymous_id"), "{x}"),
    "time": "epoch_us({x})::VARCHAR", "order_id": "{x}", "revenue": "{x}::VARCHAR", "store_id": "{x}",
    "channel": "{x}", "campaign_id": "{x}", "latitude": "{x}::VARCHAR", "longitude": "{x}::VARCHAR",
    **dict.fromkeys(("city", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"), "{x}"),
}  # fmt: skip
_CONTEXT = (
    "nullif(json_merge_patch('{}', to_json({'email': lower(email), 'phone': phone,"
    " 'loyalty_card': loyalty_card}))::VARCHAR, '{}')"
)


def write_happenings(
    lake: Lake, staged: Staged, mapping: Mapping, run: Run, progress: Progress
) -> tuple[int, int]:
    """Bring staged events into `events`; the numbers of rows kept and of duplicates.

    A row without an id gets one from all that it says.  Rows that say exactly the same are one
    event (`repeats: drop`) or as many as there are (`keep`).
    """
    cursor, area = staged.cursor, staged.rows.rsplit(".", 1)[0]
    transaction = run.transaction("events")
    if (committed := lake.committed("events", transaction)) >= 0:
        return committed - 1, run.good - (committed - 1)
    source = quoted(f"event:{len(mapping.source)}:{mapping.source}:")
    turn = "_turn" if mapping.repeats == "keep" else "1"
    names = ", ".join(name for name in _SAME if name != "event_id")
    traits, properties = "_traits", "_traits"
    if mapping.clean:
        traits, properties = (
            "_said_traits",
            marked("_traits", "_filled", "_outliers", mapping.guessed),
        )
    # What a rule put there depends on the rest of the file, and must not tell events apart.
    said = ", ".join(
        says.format(x=named(staged.said.get(name, name))) for name, says in _SAYS.items()
    )
    cursor.execute(
        f"CREATE TABLE {area}.happened AS SELECT *,"
        f" row_number() OVER (PARTITION BY _id ORDER BY _line) AS _nth FROM (SELECT *,"
        f" coalesce(event_id, md5({source} || {turn} || ':' || _said)) AS _id FROM (SELECT *,"
        f" row_number() OVER (PARTITION BY _said ORDER BY _line)::VARCHAR AS _turn FROM (SELECT *,"
        f" to_json([{said}, {traits}])::VARCHAR AS _said FROM {staged.rows} WHERE _bad IS NULL)))"
    )
    fresh = f"SELECT * FROM {area}.happened WHERE _nth = 1"
    version = lake.version("events")
    if version is not None:
        fresh += f" AND _id NOT IN (SELECT event_id FROM {lake.view('events', version)} WHERE event_id IS NOT NULL)"
    (kept,) = only_row(cursor, f"SELECT count(*) FROM ({fresh})")
    progress(run.step, 0.6)
    if kept:
        events = cursor.sql(
            f"SELECT (time AT TIME ZONE 'UTC')::DATE AS date, _id AS event_id, coalesce(type, 'track') AS type,"
            f" event, time, {quoted(run.now.isoformat())}::TIMESTAMPTZ AS received_at, {CUSTOMER_ID} AS customer_id,"
            f" {quoted(mapping.source)} AS source, coalesce(currency, CASE WHEN revenue IS NOT NULL THEN {quoted(mapping.currency)} END) AS currency,"
            f" {properties} AS properties, {_CONTEXT} AS context, {names} FROM ({fresh}) ORDER BY date, time"
        )
        lake.append("events", events.to_arrow_reader(100_000), transaction=(transaction, kept + 1))
    return kept, run.good - kept
