"""Taking operations through their steps, and sweeping up after them."""
