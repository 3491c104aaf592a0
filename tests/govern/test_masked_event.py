from hypothesis import given
from hypothesis import strategies as st

from limner.govern.masked_event import mask_event

SECRET = "zhang.wei@example.com"
KEYS = st.sampled_from(
    [
        "type",
        "name",
        "email",
        "note",
        "products",
        "properties",
        "traits",
        "context",
        "library",
        "sku",
    ]
)
BODIES = st.recursive(
    st.just(SECRET) | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
)


@given(BODIES)
def test_an_address_never_comes_through_wherever_it_stands(body: object) -> None:
    assert "zhang" not in str(mask_event(body))


def test_a_telephone_number_written_as_a_number_is_hidden_too() -> None:
    masked = mask_event({"properties": {"phone": 13800138000, "price": 9.5, "is_gift": True}})
    assert masked == {"properties": {"phone": "•••", "price": 9.5, "is_gift": True}}


def test_an_order_stays_readable() -> None:
    order = {"type": "track", "event": "Order Completed", "properties": {
        "order_id": "o1", "revenue": 20.0, "products": [{"product_id": "p1", "name": "Mug", "price": 10}],
    }}  # fmt: skip
    assert mask_event(order) == order


def test_the_name_of_a_person_is_hidden_and_that_of_a_library_is_not() -> None:
    masked = mask_event(
        {"traits": {"name": "Ann Li"}, "context": {"library": {"name": "analytics.js"}}}
    )
    assert masked["traits"]["name"] == "•••"
    assert masked["context"]["library"]["name"] == "analytics.js"


def test_a_key_made_of_an_address_is_hidden() -> None:
    assert "ann@" not in str(mask_event({"ann.li@example.com": True}))
