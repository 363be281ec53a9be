"""Conformance suites that ship with the package, one an extension point, and fakes."""
