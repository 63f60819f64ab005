"""From what was uploaded to what is coded: every line looked at and written again."""
