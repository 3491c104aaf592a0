from limner.core.message import Held, Outcome, Reason, Sent


def test_a_refusal_is_a_value_that_a_match_can_take_apart() -> None:
    def say(outcome: Outcome) -> str:
        match outcome:
            case Sent(receipt):
                return receipt
            case Held(reason, _):
                return reason

    assert say(Sent("250 ok")) == "250 ok"
    assert say(Held(Reason.NO_CONSENT)) == "no-consent"
    assert not issubclass(Held, BaseException)
