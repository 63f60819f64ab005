"""Real-time coding: the request, the way to the coder, the answers."""
