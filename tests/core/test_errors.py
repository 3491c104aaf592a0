import pytest

from limner.core import errors
from limner.core.errors import Broken, Busy, Forbidden, LimnerError, Malformed, Rejected, Unknown


@pytest.mark.parametrize(
    ("kind", "status", "exit_code"),
    [
        (Rejected, 400, 2), (Malformed, 400, 2), (Unknown, 404, 2), (Forbidden, 403, 2),
        (Busy, 503, 75), (Broken, 500, 70),
    ],
)  # fmt: skip
def test_the_tree_is_as_it_is_drawn(kind: type[LimnerError], status: int, exit_code: int) -> None:
    error = kind("some-code", "what was seen")
    assert (error.status, error.exit_code) == (status, exit_code)
    assert error.as_json() == {"code": "some-code", "message": "what was seen"}
    (line,) = [line for line in errors.__doc__.splitlines() if f" {kind.__name__} " in line]
    assert str(status) in line or "4xx" in line


def test_what_the_caller_can_fix_is_rejected() -> None:
    assert all(issubclass(kind, Rejected) for kind in (Malformed, Unknown, Forbidden))
    assert not issubclass(Busy, Rejected)
    assert not issubclass(Broken, Rejected)
