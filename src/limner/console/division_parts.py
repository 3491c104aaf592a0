"""Parts of deeper division: groups by likeness, segments towards a target, members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nicegui import ui

from limner.app.division import TARGETS, USUAL_TAGS, save_group
from limner.console import charts_movement
from limner.console.charts import Look
from limner.console.charts_learn import sizes
from limner.console.described_parts import in_words, segment_path, tree_list
from limner.console.doing import attempt
from limner.console.form_parts import action, choice_field, labelled, words_field
from limner.console.names import pick, shown
from limner.console.parts import (
    Column,
    Figure,
    answer,
    box,
    card,
    chart,
    exports,
    figures,
    say_note,
    table,
    text,
)
from limner.console.states import nothing
from limner.console.view import View
from limner.console.words import act as act_words
from limner.console.words import division as words
from limner.core.words import Words
from limner.understand.division.clusterings import KS
from limner.understand.division.methods import TABLE as METHODS

Document = dict[str, Any]
_FORM = "grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); margin-top: 12px"


# ---- by likeness


def clusters_form(view: View, tags: dict[str, str]) -> None:
    """Which tags, by which method, into how many groups."""
    asked = [code for code in view.param("tags").split(",") if code in tags]
    with box("lm-filter").style(_FORM):
        with labelled(view.say(words.TAGS), view.say(words.TAGS_HINT)):
            chosen = ui.select(tags, value=asked or [c for c in USUAL_TAGS if c in tags],
                               multiple=True, with_input=True)  # fmt: skip
            chosen.props("outlined dense use-chips").props["aria-label"] = view.say(words.TAGS)
        methods = {name: view.say(method.words) for name, method in METHODS.items()}
        method = choice_field(
            view.say(words.METHOD), methods, view.param("method", "kmeans"), lambda: None
        )
        numbers = {"": view.say(words.AUTO), **{str(k): str(k) for k in KS}}
        k = choice_field(view.say(words.K), numbers, view.param("k"), lambda: None)

        def go() -> None:
            ui.navigate.to(view.here(tags=",".join(chosen.value), method=method.value, k=k.value))

        action(view.say(words.SHOW), go, is_primary=True)


def clusters(view: View, found: Document) -> None:
    """The groups, why so many, what they are like, and how to keep one."""
    write, look = view.numbers, Look(view.language, view.numbers.currency)
    names = [pick(view, group, "name") for group in found["groups"]]
    with box("lm-two"):
        with card(view, words.WAYS["clusters"]):
            options = sizes(names, [g["share"] for g in found["groups"]],
                            [g["share_of_revenue"] or 0 for g in found["groups"]], look)  # fmt: skip
            chart(view, options, view.say(words.WAYS["clusters"]))
        with card(view, words.CRITERIA, words.CRITERIA_L, words.CRITERIA_M):
            _criteria(view, found)
    with card(view, words.PROFILE, words.PROFILE_L, words.BACK_M):
        exports(view, "/export/understood/clusters", **_clusters_params(view))
        columns = [
            Column("group", view.say(words.GROUP), is_wrapped=True),
            Column("customers", view.say(words.CUSTOMERS), is_number=True),
            Column("back", view.say(words.BACK), is_number=True),
            *(Column(tag["code"], pick(view, tag, "name"), is_number=True) for tag in found["groups"][0]["tags"]),
        ]  # fmt: skip
        table(view, columns, [
            {
                "group": pick(view, g, "name"),
                "customers": write.count(g["customers"]), "customers__sort": g["customers"],
                "back": f"{write.fixed(g['jaccard'], 2)} {view.say(words.HOLDS[g['holds']])}", "back__sort": g["jaccard"],
                **{t["code"]: shown(view, t["kind"] if t["kind"] != "count" else "number", t["mean"]) for t in g["tags"]},
                **{f"{t['code']}__sort": t["mean"] or 0 for t in g["tags"]},
            }
            for g in found["groups"]
        ])  # fmt: skip
        for group in found["groups"]:
            _group(view, group)


def _group(view: View, group: Document) -> None:
    write, fidelity = view.numbers, group["fidelity"]
    with box().style("border-top: 1px solid #EEF0F2; padding: 10px 0"):
        with box("lm-spread"):
            text(pick(view, group, "name"), "lm-card-title")
            save_button(view, group["rule"], pick(view, group, "name"))
        text(in_words(view, group["rule"]) or view.say(words.NO_RULE), "lm-quiet")
        if fidelity["rule"]:
            told = view.say(
                words.FIDELITY_L, precision=write.share(fidelity["precision"], 0),
                recall=write.share(fidelity["recall"], 0),
                held=write.share(fidelity["held_out_jaccard"], 0),
            )  # fmt: skip
            text(f"{view.say(words.FIDELITY)}: {told}", "lm-quiet")
        if group["tells_apart"]:
            with box("lm-row").style("gap: 4px; margin-top: 4px"):
                for tag in group["tells_apart"]:
                    mean, base = (
                        shown(view, _mean_kind(tag["kind"]), tag[key])
                        for key in ("mean", "mean_base")
                    )
                    text(f"{pick(view, tag, 'name')} {mean} / {base}", "lm-chip").style(
                        "font-size: 12px; min-height: 24px; white-space: normal"
                    )


def _criteria(view: View, found: Document) -> None:
    write, votes = view.numbers, found["votes"]
    shown_ = [name for name in words.NAMES if name in votes]
    rows = []
    for row in found["criteria"]:
        cells: Document = {
            "k": f"{row['k']}{' ★' if row['k'] == found['recommended'] else ''}",
            "k__sort": row["k"],
        }
        for name in shown_:
            value = row["stability_ari"] if name == "stability" else row[name]
            places = 0 if name in ("calinski_harabasz", "bic") else 2
            mark = " ✓" if votes[name] == row["k"] else ""
            cells[name] = (
                f"{write.decimal(value, 0) if not places else write.fixed(value, 2)}{mark}"
            )
            cells[f"{name}__sort"] = value or 0
        rows.append(cells)
    columns = [Column("k", view.say(words.K), is_number=True)]
    columns += [Column(name, view.say(words.NAMES[name]), is_number=True) for name in shown_]
    table(view, columns, rows)


def clusters_sentence(view: View, found: Document) -> str:
    """How many groups, who says so, and whether they come back."""
    ari = view.numbers.fixed(found["stability_ari"], 2)
    votes = list(found["votes"].values())
    if found["k"] != found["recommended"]:
        return view.say(
            words.CLUSTERS_CHOSEN, k=found["k"], recommended=found["recommended"], ari=ari
        )
    return view.say(
        words.CLUSTERS_ANSWER, k=found["k"], votes=votes.count(found["k"]), all=len(votes), ari=ari
    )


def _clusters_params(view: View) -> dict[str, str]:
    return {name: view.param(name) for name in ("tags", "method", "k", "inside")}


# ---- towards a target


def target_form(view: View, tags: dict[str, str]) -> None:
    """Which target, with how many questions about which tags."""
    with box("lm-filter").style(_FORM):
        names = {code: view.say(target.name) for code, target in TARGETS.items()}
        target = choice_field(
            view.say(words.TARGET), names, view.param("target", "revenue_90d"), lambda: None
        )
        depth = choice_field(view.say(words.DEPTH), {str(n): str(n) for n in range(1, 5)},
                             view.param("depth", "3"), lambda: None)  # fmt: skip

        with labelled(view.say(words.TAGS), view.say(words.ANY_TAGS)):
            asked = [code for code in view.param("of").split(",") if code in tags]
            chosen = ui.select(tags, value=asked, multiple=True, with_input=True)
            chosen.props("outlined dense use-chips").props["aria-label"] = view.say(words.TAGS)

        def go() -> None:
            of = ",".join(chosen.value)
            ui.navigate.to(view.here(target=target.value, depth=depth.value, of=of))

        action(view.say(words.SHOW), go, is_primary=True)


def target_sentence(view: View, found: Document) -> str:
    """What the best segment brings, beside everybody."""
    kind, best = _target_kind(found), found["leaves"][0]
    return view.say(
        words.TARGET_ANSWER, name=pick(view, found, "name"), leaves=len(found["leaves"]),
        mean=getattr(view.numbers, kind)(best["mean"]), interval=view.numbers.interval(best["interval"], kind),
        base=getattr(view.numbers, kind)(found["mean"]),
    )  # fmt: skip


def target(view: View, found: Document) -> None:
    """The segments with held-out figures, whether the tree helps, and the tree."""
    write, kind = view.numbers, _target_kind(found)
    told = view.say(
        words.PROOF[found["verdict"]], tree=write.share(found["explained"], 0),
        interval=write.interval(found["explained_interval"]), beside=write.share(found["beside"], 0),
    )  # fmt: skip
    say_note(told, kind="lm-good" if found["verdict"] == "better" else "")
    first, second, third = (write.day(day) for day in found["days"])
    lede = view.say(words.LEAVES_L, first=first, second=second, third=third)
    with card(view, words.LEAVES, lede):
        exports(view, "/export/understood/target",
                **{name: view.param(name) for name in ("target", "depth", "inside", "of")})  # fmt: skip
        worth = getattr(write, kind)
        columns = [
            Column("rule", view.say(words.RULE), is_wrapped=True),
            Column("customers", view.say(words.CUSTOMERS), is_number=True),
            Column("mean", view.say(words.CHANCE if found["is_truth"] else words.MEAN), is_number=True),
            Column("interval", view.say(words.INTERVAL), is_number=True),
            Column("grown", view.say(words.GROWN), is_number=True),
            Column("total", view.say(words.OF_TOTAL), is_number=True),
        ]  # fmt: skip
        if view.may("segments.edit"):
            columns.append(Column("save", ""))
        table(view, columns, [
            {
                "rule": in_words(view, leaf["rule"]) or view.say(words.EVERYONE),
                "customers": write.count(leaf["customers"]), "customers__sort": leaf["customers"],
                "mean": worth(leaf["mean"]), "mean__sort": leaf["mean"] or 0,
                "interval": write.interval(leaf["interval"], kind), "grown": worth(leaf["grown_mean"]),
                "total": write.share(leaf["share_of_total"]), "total__sort": leaf["share_of_total"] or 0,
                "save__acts": [["save", view.say(words.SAVE)]],
            }
            for leaf in found["leaves"]
        ], on_act=lambda place, _: ask_name(view, found["leaves"][place]["rule"], ""))  # fmt: skip
    with card(view, words.TREE, words.TREE_L):
        tree_list(view, found["tree"], is_amount=not found["is_truth"])


def _target_kind(found: Document) -> str:
    return "share" if found["is_truth"] else "money"


# ---- members


def members_form(view: View, levels: dict[str, Words]) -> None:
    """Which tag says who is a member."""
    names = {code: view.say(name) for code, name in levels.items()}
    chosen = view.param("level") or next(iter(names))
    with box("lm-filter").style(_FORM):
        field = choice_field(
            view.say(words.LEVEL_BY), names, chosen, lambda: None, is_searched=True
        )
        field.on_value_change(lambda event: ui.navigate.to(view.here(level=event.value)))


def members_sentence(view: View, found: Document) -> str:
    """Members' share of customers beside their share of sales."""
    write = view.numbers
    if found["members"] == found["customers"] and found["levels"]:
        top = found["levels"][-1]
        return view.say(
            words.LEVELS_ANSWER, name=pick(view, found, "name"), level=_level(view, found, top["level"]),
            share=write.share(top["share_of_customers"]), sales=write.share(top["share_of_sales"]),
        )  # fmt: skip
    return view.say(
        words.MEMBERS_ANSWER, name=pick(view, found, "name"), share=write.share(found["share_of_customers"]),
        sales=write.share(found["share_of_sales"]), orders=write.share(found["penetration"]),
    )  # fmt: skip


def members(view: View, found: Document) -> None:
    """The few numbers, level by level, month by month."""
    write, look = view.numbers, Look(view.language, view.numbers.currency)
    meanings = words.MEANINGS
    figures(view, [
        Figure(words.MEMBERS, write.count(found["members"]), meanings["members"], write.share(found["share_of_customers"])),
        Figure(words.MEMBER_SALES, write.share(found["share_of_sales"]), meanings["sales"]),
        Figure(words.PENETRATION, write.share(found["penetration"]), meanings["orders"]),
        Figure(words.MEMBER_BASKET, write.money(found["basket_members"]), meanings["basket"],
               view.say(words.OTHERS, value=write.money(found["basket_others"]))),
    ])  # fmt: skip
    names = [_level(view, found, row["level"]) for row in found["levels"]]
    with box("lm-two"):
        with card(view, words.LEVELS, words.LEVELS_L):
            options = sizes(names, [row["share_of_customers"] for row in found["levels"]],
                            [row["share_of_sales"] or 0 for row in found["levels"]], look)  # fmt: skip
            chart(view, options, view.say(words.LEVELS)).style(f"height: {70 + 30 * len(names)}px")
        with card(view, words.MONTHS):
            labels = [write.month(row["month"], is_short=True) for row in found["months"]]
            pair = view.say(words.MEMBER_SALES), view.say(words.PENETRATION)
            chart(
                view,
                charts_movement.months(found["months"], labels, pair, look),
                view.say(words.MONTHS),
            )
    with card(view, words.LEVELS, words.LEVELS_L):
        exports(view, "/export/understood/membership",
                **{name: view.param(name) for name in ("level", "inside")})  # fmt: skip
        parts: Sequence[tuple[str, Words, str, str]] = (
            ("customers", words.CUSTOMERS, "customers", "count"), ("share", words.SHARE, "share_of_customers", "share"),
            ("sales", words.OF_SALES, "share_of_sales", "share"), ("orders", words.OF_ORDERS, "share_of_orders", "share"),
            ("index", words.INDEX, "index", "count"), ("basket", words.BASKET, "basket", "money"),
            ("each", words.ORDERS, "orders_per_customer", "decimal"), ("worth", words.WORTH, "revenue_per_customer", "money"),
        )  # fmt: skip
        columns = [Column("level", pick(view, found, "name"))]
        columns += [Column(field, view.say(name), is_number=True) for field, name, _, _ in parts]
        cells = []
        for name, row in zip(names, found["levels"], strict=True):
            cell: Document = {"level": name}
            for field, _, key, kind in parts:
                cell[field], cell[f"{field}__sort"] = getattr(write, kind)(row[key]), row[key] or 0
            cells.append(cell)
        table(view, columns, cells)


def no_levels(view: View) -> None:
    """Nothing tells who is a member."""
    answer(view, words.TITLE, view.say(words.NO_LEVELS))
    nothing(view.say(words.NO_LEVELS), view.say(words.NO_LEVELS_WHY))


def _level(view: View, found: Document, level: str | None) -> str:
    if level is None:
        return view.say(words.NO_MEMBER)
    return view.say(words.CARD) if found["level"] == "loyalty_card" else level


# ---- keeping a group


def save_button(view: View, rule: str | None, name: str) -> None:
    """A button that keeps a group's rule as a segment, for who may."""
    if rule and view.may("segments.edit"):
        action(view.say(words.SAVE), lambda: ask_name(view, rule, name), icon="o_bookmark_add")


def ask_name(view: View, rule: str | None, name: str) -> None:
    """A dialog for the segment's name; saving leads to who they are."""
    with ui.dialog() as dialog, box("lm-card lm-dialog"):
        text(view.say(words.SAVE), "lm-card-title", tag="h2")
        text(view.say(words.SAVE_L), "lm-card-lede", tag="p")
        text(rule or "", "lm-code lm-code-block")
        field = words_field(view.say(words.NAME), name, lambda: None)
        said = box()

        async def save() -> None:
            kept = await attempt(
                view, "segments.edit",
                lambda doer: save_group(view.limner, rule, str(field.value), doer.name, doer.at), said,
            )  # fmt: skip
            if kept:
                ui.navigate.to(view.href(segment_path(kept[0])))

        with box("lm-row lm-end"):
            action(view.say(act_words.CANCEL), dialog.close)
            action(view.say(words.SAVE), save, is_primary=True)
    dialog.open()


def _mean_kind(kind: str) -> str:
    return "number" if kind in ("count", "hour") else kind
