"""What the service writes down of itself: log, audit log, metrics."""
