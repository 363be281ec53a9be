"""Immutable values, protocols, registry and errors; no I/O, no clock, no library of models."""
