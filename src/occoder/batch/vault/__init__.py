"""Keys and sealed objects: nothing of a request is kept in the clear."""
