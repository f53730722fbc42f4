"""Helpers that the course's notebooks import. They never contain an answer to an exercise of a topic that imports them."""
