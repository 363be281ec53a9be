"""The parts of the screens: each owns one section of the state and answers some requests."""
