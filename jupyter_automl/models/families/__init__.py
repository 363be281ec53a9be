"""Built-in families, one a file."""
