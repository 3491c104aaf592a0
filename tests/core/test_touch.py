"""Which touch counts: the earliest, and the latest that was not direct."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from limner.core.touch import Touch, first_of, last_of

T0 = datetime(2026, 3, 1, tzinfo=UTC)
TOUCHES = st.none() | st.builds(
    Touch,
    st.integers(0, 3).map(lambda hour: T0 + timedelta(hours=hour)),
    st.sampled_from("abc"),
    st.sampled_from(["direct", "email"]),
)


@given(TOUCHES, TOUCHES, TOUCHES)
def test_neither_order_nor_grouping_matters(
    a: Touch | None, b: Touch | None, c: Touch | None
) -> None:
    for choose in (first_of, last_of):
        assert choose(choose(a, b), c) == choose(a, choose(b, c))
        ab, ba = choose(a, b), choose(b, a)
        same = (ab and (ab.at, ab.session_id), ba and (ba.at, ba.session_id))
        assert same[0] == same[1]


def test_a_direct_visit_takes_no_credit_from_an_earlier_one() -> None:
    email, direct = Touch(T0, "a", "email"), Touch(T0 + timedelta(days=1), "b", "direct")
    assert last_of(email, direct) is email
    assert last_of(None, direct) is direct
    assert first_of(direct, email) is email
