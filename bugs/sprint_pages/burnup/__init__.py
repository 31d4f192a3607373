"""The burn-up on a sprint's page: scope and what is done, as they were on each day (SPR-5)."""
