"""Deep notes on single papers."""
