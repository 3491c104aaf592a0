from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from limner.understand.models.split import Mailing, divide

START = datetime(2017, 1, 1, tzinfo=UTC)
END = datetime(2018, 1, 1, tzinfo=UTC)


def mailing(
    name: str, day: int, days: int = 20, positives: int = 40, history: float = 90
) -> Mailing:
    began = START + timedelta(days=day)
    return Mailing(name, began, began + timedelta(days=days), history, 300, positives)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 90), st.integers(0, 60)), max_size=25)
)
def test_every_label_was_known_before_the_next_slice_began(
    drawn: list[tuple[int, int, int]],
) -> None:
    mailings = [mailing(f"m{i}", *row) for i, row in enumerate(drawn)]
    split = divide(mailings, END)
    if split is None:
        return
    by_name = {m.subject: m for m in mailings}
    train, calibrate, test, ended = (
        [by_name[n] for n in part]
        for part in (split.train, split.calibrate, split.test, split.ended)
    )
    assert max(m.ends_at for m in train) <= min(m.starts_at for m in calibrate)
    assert max(m.ends_at for m in calibrate) <= min(m.starts_at for m in test)
    assert max(m.ends_at for m in ended) <= min(m.starts_at for m in test)
    assert max(m.ends_at for m in test) <= END
    for part in (train, calibrate, test):
        assert sum(m.positives for m in part) >= 20
    names = [*split.train, *split.calibrate, *split.test, *split.left_out]
    assert sorted(names) == sorted(by_name)  # each is used once, or left out with a reason


def test_each_left_out_has_its_reason() -> None:
    mailings = [mailing(f"m{i}", 60 + 30 * i) for i in range(8)]
    mailings += [mailing("early", -10, history=0), mailing("late", 355), mailing("long", 90, 150)]
    split = divide(mailings, END)
    assert split is not None
    assert split.left_out["early"] == "no-history"
    assert split.left_out["late"] == "still-running"
    assert split.left_out["long"] == "overlaps"
    assert split.test[-1] == "m7"


def test_too_little_is_no_split() -> None:
    assert divide([], END) is None
    assert divide([mailing("a", 60), mailing("b", 100)], END) is None  # two mailings
    few = [mailing(f"m{i}", 60 + 30 * i, positives=12) for i in range(8)]
    assert divide(few, END) is None  # 96 redeemers
    at_once = [mailing(f"m{i}", 60) for i in range(8)]
    assert divide(at_once, END) is None  # one moment is no order of time
