"""The HTTP edge: tokens, topics, models and real-time coding."""
