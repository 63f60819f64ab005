"""The registered clients: who they are, their secrets, how they stand."""
