"""What runs in the process of Voila, and beside it."""
