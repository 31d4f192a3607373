"""Tables of post-mortems: the record and what it is made of; what was published never changes."""

from postmortems.models.parts import Barrier, Factor, FactorLink, KeptPhrase, Moment
from postmortems.models.post_mortem import PostMortem, Published

__all__ = ["Barrier", "Factor", "FactorLink", "KeptPhrase", "Moment", "PostMortem", "Published"]
