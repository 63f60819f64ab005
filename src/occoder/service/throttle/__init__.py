"""How often a client may call, counted over all processes."""
