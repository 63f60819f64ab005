"""Links to what a client uploads and downloads: whoever holds one needs no token."""
