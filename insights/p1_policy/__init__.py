"""What each way of fixing a P1 took a team, on its own last year (BUG-7). It prices, and prefers none."""
