"""The recommended reserve (SPR-6): a team's unplanned work as it was known, and what follows from it.

`series` reads what each sprint took, `advice` answers how much the next one should set aside and how
such answers would have done. Both read several floors, so they stand here; the arithmetic is in
`sprints.recommending`.
"""
