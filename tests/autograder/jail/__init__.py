"""Tests of the jail: what a confined process sees and can do, asked from inside."""
