"""The pages of the backlog: the product owner's order, and one page per item (SPR-9)."""
