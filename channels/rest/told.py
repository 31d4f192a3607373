"""What the OpenAPI document tells of an address: one `Told` per method, beside the door it describes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

READ = (401, 403, 429)


@dataclass(frozen=True)
class Told:
    """`shows` and `takes` are the shapes of answer and body, with an example of each.

    `filters` is the list's FilterSet; `versioned` answers carry an ETag; `refuses` are the statuses that
    this address adds to those that every address has.
    """

    says: str
    shows: Any
    example: Any
    takes: Any = None
    sends: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    lists: bool = False
    filters: Any = None
    orders: Sequence[str] = ()
    versioned: bool = False
    refuses: Sequence[int] = ()
    uploads: bool = False
    #: What may be asked in the query of an address that is no list: name -> words.
    asks: Mapping[str, str] = field(default_factory=dict)
    downloads: bool = False
