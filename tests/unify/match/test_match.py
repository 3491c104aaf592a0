"""What a match promises, on small tables."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from benchmarks import match_zoo as zoo

from limner.core.errors import Malformed
from limner.unify.match import Costs, match, measured


def test_everybody_once_is_nobody_twice() -> None:
    specimen = zoo.no_duplicates(size=250)
    assert match(specimen.files).duplicates <= 1


def test_fifty_rows_are_enough() -> None:
    specimen = zoo.tiny()
    found = match(specimen.files)
    assert measured(found.cluster, specimen.truth).pairs.f1 > 0.9
    assert len(found.cluster) == len(found.probability) == len(specimen.truth)


def test_households_and_twins_are_not_one_person() -> None:
    specimen = zoo.families(size=300)
    quality = measured(match(specimen.files).cluster, specimen.truth).pairs
    assert quality.precision > 0.95
    assert quality.recall > 0.9


def test_files_with_other_headers_are_linked_one_to_one() -> None:
    specimen = zoo.loyalty_and_crm(size=250)
    found = match(specimen.files)
    assert found.is_one_to_one
    assert measured(found.cluster, specimen.truth).pairs.f1 > 0.97
    source = np.repeat([0, 1], [file.num_rows for file in specimen.files])
    for side in (0, 1):
        _, counts = np.unique(found.cluster[source == side], return_counts=True)
        assert counts.max() == 1


def test_chinese_members_are_found() -> None:
    specimen = zoo.chinese_members(size=300)
    assert measured(match(specimen.files).cluster, specimen.truth).pairs.f1 > 0.97


def test_the_same_rows_give_the_same_bits() -> None:
    files = zoo.german_one_column(size=120).files
    one, two = match(files), match(files)
    assert one.cluster.tobytes() == two.cluster.tobytes()
    assert one.probability.tobytes() == two.probability.tobytes()


def test_dearer_false_merges_make_fewer_of_them() -> None:
    files = zoo.very_dirty(size=150).files
    bold, careful = (match(files, Costs(false_merge=c)) for c in (0.01, 1000))
    assert careful.threshold > bold.threshold
    assert careful.duplicates <= bold.duplicates


def test_a_truth_in_the_table_is_not_read() -> None:
    specimen = zoo.very_dirty(size=150)
    told = specimen.files[0].append_column("cluster", pa.array(specimen.truth).cast(pa.string()))
    assert (match([told]).cluster == match(specimen.files).cluster).all()


def test_nothing_to_go_by_is_said() -> None:
    with pytest.raises(Malformed, match="no column says"):
        match([pa.table({"id": [str(i) for i in range(40)], "kind": ["a"] * 40})])
    with pytest.raises(Malformed, match="two are needed"):
        match([pa.table({"name": ["Ann"]})])


def _like_named_firms(seed: int, size: int) -> tuple[pa.Table, list[int]]:
    """Firms of few surnames, with a site made of the name; the copies are damaged."""
    rng = np.random.default_rng(seed)
    names = [
        "Wells",
        "Parker",
        "Mitchell",
        "Reed",
        "Morley",
        "Holland",
        "Brown",
        "Smith",
        "Jones",
        "Weston",
        "Burton",
        "May",
        "Wood",
    ]
    forms = ["PLC", "Ltd", "Inc", "LLC", "Group"]
    rows, truth = [], []
    for who in range(size):
        name = f"{rng.choice(names)} {rng.choice(forms)}"
        if rng.random() < 0.5:
            name = f"{rng.choice(names)}, {rng.choice(names)} and {rng.choice(names)}"
        street = f"{rng.integers(1, 300)} {zoo._made_up(rng).title()} Road"
        town = zoo._made_up(rng).title()
        one = [name, street, town, f"{town[:2].upper()}{rng.integers(1, 90)} {rng.integers(1, 9)}XY", f"+44 113 496 {rng.integers(0, 10000):04d}", "www." + "".join(filter(str.isalnum, name.lower()))[:15] + ".co.uk"]  # fmt: skip
        for copy in range(1 + int(rng.choice([0, 0, 1, 1, 2]))):
            shown = [zoo.typo(rng, v) if copy and rng.random() < 0.12 else v for v in one]
            rows.append([None if copy and rng.random() < 0.08 else v for v in shown])
            truth.append(who)
    heads = ("company_name", "street", "city", "post_code", "telephone", "website")
    return pa.table(dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True))), truth


def _goods_of_few_makers(seed: int, size: int) -> tuple[pa.Table, list[int]]:
    """Goods that differ from one another in the model number and the colour alone."""
    rng = np.random.default_rng(seed)
    makers = ["Bowman", "Marshall", "Romero", "Gilbert", "Owens", "Hendrix", "Allen", "Rice"]
    kinds = ["espresso machine", "desk lamp", "laptop sleeve", "usb cable", "led monitor"]
    rows, truth = [], []
    for who in range(size):
        maker, kind, colour = rng.choice(makers), rng.choice(kinds), rng.choice(["red", "white"])
        letters = "".join(rng.choice(list("ABCDFGHKLMNPRSTVXZ"), 2))
        number, price = int(rng.integers(100, 9999)), float(rng.integers(20, 400))
        ways = (
            f"{maker} {kind} {letters}{number} {colour}",
            f"{maker.lower()} {kind} {colour} {letters}-{number}",
            f"{kind} by {maker} - {letters}{number} ({colour})",
        )
        for way in ways[: 1 + int(rng.choice([0, 0, 1, 2]))]:
            made_by = None if rng.random() < 0.1 else maker
            rows.append([way, made_by, f"{price * rng.choice([1, 1.05, 0.97]):.2f}"])
            truth.append(who)
    heads = ("title", "manufacturer", "price")
    return pa.table(dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True))), truth


@pytest.mark.parametrize("seed", [101, 102])
@pytest.mark.parametrize("make", [_like_named_firms, _goods_of_few_makers])
def test_like_names_are_no_identity(
    make: Callable[[int, int], tuple[pa.Table, list[int]]], seed: int
) -> None:
    table, truth = make(seed, 800)
    quality = measured(match([table]).cluster, truth).pairs
    assert quality.precision > 0.97
    assert quality.recall > 0.9
