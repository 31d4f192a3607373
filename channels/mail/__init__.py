"""E-mail out: routing (which mail a letter goes into), outbox (claim, close, put off), writing, carrying."""
