"""The grading engine: builds, verifies and grades any nbgrader course of Python notebooks.

It knows nbgrader's file formats and runs notebooks; it must not know what a course teaches (it never imports `helpers`).
"""
