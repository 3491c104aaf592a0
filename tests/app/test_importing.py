"""Customer records of a file are known to the identity graph at once."""

from datetime import UTC, datetime
from pathlib import Path

from limner.app import Limner
from limner.app.identity import resolve
from limner.app.importing import import_records
from limner.collect.mapping import parse_mapping

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAID = {
    "kind": "customers",
    "source": "crm",
    "columns": {"record_id": "id", "loyalty_card": "card", "email": "mail"},
}


def test_a_till_card_of_an_imported_customer_finds_the_customer(
    limner: Limner, tmp_path: Path
) -> None:
    file = tmp_path / "crm.csv"
    file.write_text("id,card,mail\n1,C77,ann@x.org\n2,C78,bo@x.org\n")
    mapping = parse_mapping(SAID, "crm.yaml")
    assert import_records(limner, file, mapping, NOW).kept == 2
    ann = resolve(limner, "loyalty_card", "C77")
    assert ann is not None and ann == resolve(limner, "email", "ann@x.org")
    assert resolve(limner, "record", "crm:2") == resolve(limner, "email", "bo@x.org") != ann
    again = import_records(limner, file, mapping, NOW)
    assert (again.kept, again.duplicates) == (0, 2)
