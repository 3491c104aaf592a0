"""The shapes of what the API takes and gives, for its description."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

AS_OF = "the last business day that counts, or `now`, with everything that has arrived"
AsOf = Annotated[str | None, Field(examples=["2017-12-31", "now"])]
DAY = "the last business day that counts"
Day = Annotated[str | None, Field(examples=["2017-12-31"])]


class Refusal(BaseModel):
    """Everything that goes wrong: a code that programs can rely on, and what to do."""

    code: str
    message: str


class SegmentWanted(BaseModel):
    """A segment to keep; the same name again replaces its rule."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(examples=["Good customers"])
    rule: str = Field(examples=["revenue_365d > 500 and orders_90d >= 3"])


class Kept(BaseModel):
    """The code of what was kept."""

    code: str


class Count(BaseModel):
    """How many customers a rule or code holds for."""

    expression: str
    customers: int
    everyone: int
    as_of: date | None
    seconds: float


class Members(BaseModel):
    """One page of the ids of whom a rule or code holds for, in order of id."""

    total: int
    page: int
    pages: int
    customers: list[str]


class AudienceWanted(BaseModel):
    """An audience to freeze."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(examples=["Spring"])
    rule: str = Field(
        examples=["rfm:champions"], description="a rule, or the code of a segment or audience"
    )
    exclusions: list[str] = []
    split: dict[str, float] = Field({}, examples=[{"treated": 0.9, "control": 0.1}])
    sample: float | None = Field(None, description="so many customers, or a share below 1")
    seed: int = 0
    as_of: AsOf = Field(None, description=AS_OF)


class Audience(BaseModel):
    """An audience as it was frozen; `parts`: how many customers each part has."""

    audience: str
    name: str
    rule: str
    as_of: date
    exclusions: list[str]
    split: dict[str, float]
    sample: float | None
    seed: int
    parts: dict[str, int]
    size: int
    at: datetime
    by: str


class Preview(BaseModel):
    """How large an audience would be."""

    matched: int
    excluded: int
    size: int
    parts: dict[str, int]


class Pair(BaseModel):
    """Two groups: how many are in both, and in how far they are the same (0 to 1)."""

    left: str
    right: str
    both: int
    jaccard: float | None


class Overlap(BaseModel):
    """How groups overlap; `exact`: who is in just these groups and no other, the largest first."""

    sizes: dict[str, int]
    pairs: list[Pair]
    exact: list[tuple[list[str], int]]
    either: int


class CustomerList(BaseModel):
    """An uploaded list; `known`: how many of its rows are a customer's."""

    list: str
    name: str
    kind: str
    rows: int
    known: int
    at: datetime
    by: str


class Uploaded(BaseModel):
    """What came of an upload: rows read, distinct, known, unknown, void, twice."""

    list: str
    read: int
    rows: int
    known: int
    unknown: int
    void: int
    double: int


class Difference(BaseModel):
    """What a field says now, and what it would."""

    old: Any
    new: Any


class Change(BaseModel):
    """What would become of one definition: added, changed or removed."""

    kind: str
    code: str
    deed: str
    version: int
    fields: dict[str, Difference]


class Applied(BaseModel):
    """The changes, and whether they were made."""

    changes: list[Change]
    applied: bool


class CustomersPage(BaseModel):
    """One page of customers' portraits."""

    total: int
    page: int
    pages: int
    rows: list[dict[str, Any]]
