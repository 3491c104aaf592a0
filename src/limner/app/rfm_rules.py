"""RFM by rules of one's own: kept with every version, previewed, and written out as segments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from limner.app.described import members_of, named
from limner.app.division import number_tags, save_group
from limner.app.limner import Limner
from limner.app.past import day_of, everyone_as_of
from limner.core.words import Language
from limner.govern.audit import entry
from limner.store.models import DefinitionVersion
from limner.understand.division.rfm_rules import (
    DEFAULT,
    read_rules,
    rfm_rules_report,
    write_rules,
)

Document = dict[str, Any]
KIND = CODE = "rfm"


def rfm_rules(limner: Limner) -> Document:
    """The rules in force: the newest version people saved, else the usual ones. `version` 0: nobody did."""
    with limner.store.reading() as session:
        newest = session.scalars(
            select(DefinitionVersion)
            .where(DefinitionVersion.kind == KIND, DefinitionVersion.code == CODE)
            .order_by(DefinitionVersion.version.desc())
        ).first()
        if newest is None:
            return {**DEFAULT, "version": 0, "by": "", "at": None}
        return {
            **newest.body,
            "version": newest.version,
            "by": newest.by,
            "at": newest.at.isoformat(),
        }


def rfm_division(
    limner: Limner, document: Mapping[str, Any] | None = None, inside: str = ""
) -> Document:
    """Customers, or a segment's, by the rules in force or by others that are only tried.

    Raises: `Malformed` naming what is wrong with the rules.
    """
    told = rfm_rules(limner) if document is None else document
    rules = read_rules(told, [feature.code for feature in number_tags(limner)])
    everyone = everyone_as_of(limner)
    if inside:
        ids = pa.array(
            members_of(limner, named(limner, inside).rule, day_of(limner, None)), pa.string()
        )
        everyone = everyone.filter(pc.is_in(everyone["customer_id"], ids))
    report = rfm_rules_report(rules, everyone)
    return report | {"version": told.get("version", 0), "inside": inside}


def save_rfm_rules(limner: Limner, document: Mapping[str, Any], by: str, at: datetime) -> int:
    """Keep rules as the ones in force; gives their version. The same rules again change nothing.

    Raises: `Malformed` naming what is wrong with them.
    """
    rules = read_rules(document, [feature.code for feature in number_tags(limner)])
    body, before = write_rules(rules), rfm_rules(limner)
    if before["version"] and {key: before[key] for key in body} == body:
        return int(before["version"])
    version = int(before["version"]) + 1
    with limner.store.session() as session:
        session.add(
            DefinitionVersion(kind=KIND, code=CODE, version=version, body=body, at=at, by=by)
        )
        session.add(entry(by, "rfm.saved", CODE, {"version": version, "rules": body}, at))
    return version


def save_rfm_segments(limner: Limner, language: Language, by: str, at: datetime) -> list[str]:
    """Write every group of the rules in force out as a segment of one's own; gives their codes.

    Parts of the customers are frozen to the bounds they have today; pressing again renews them.
    """
    codes = []
    for group in rfm_division(limner)["groups"]:
        codes.append(save_group(limner, group["rule"], f"RFM {group[f'name_{language}']}", by, at))
    return codes
