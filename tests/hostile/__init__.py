"""Hostile, damaged and odd submissions to an ordinary course, each with the score that it deserves."""
