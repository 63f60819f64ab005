"""Tokens: keys that sign them, the endpoint that gives them, what verifies them."""
