"""Us beside AutoGluon, FLAML and mljar: same split, same budget, one at a time."""
