"""How a code is chosen: features, search, confidence, decision, model folder."""
