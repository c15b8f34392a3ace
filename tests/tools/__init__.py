"""Programs the Makefile runs, and helpers of the tests that are no fixtures."""
