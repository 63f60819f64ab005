"""Below the app: connections, TLS, sockets, server processes."""
