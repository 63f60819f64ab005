"""Looking at a service: the doctor at its machine, the selftest at its answers."""
