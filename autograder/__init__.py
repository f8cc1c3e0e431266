"""The grading engine: builds, verifies and grades any nbgrader course of Python notebooks.

It knows nbgrader's file formats and runs notebooks. It must not know what a course teaches: it never imports `helpers`.
"""
