"""Foundation: a handful of pure helpers that every floor may use.

The clock (the database's), the errors that doors translate, the lifecycle table, row locking,
and references such as PR-12. No models, no utils, no domain words.
"""
