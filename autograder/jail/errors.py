"""What is raised when a jail cannot be made."""


class JailError(Exception):
    """The jail cannot be made or does not answer; one sentence with the remedy."""
