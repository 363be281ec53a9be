"""The only door for surfaces: start, find, watch and use runs."""
