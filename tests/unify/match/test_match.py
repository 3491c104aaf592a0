"""What a match promises, on small tables."""

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
