"""Tests of the engine, on a small course of their own."""
