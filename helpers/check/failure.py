"""What a learner sees when a check does not pass: two lines, and the traceback of their own code when it raised."""

from __future__ import annotations

from types import TracebackType


class CheckFailed(Exception):
    """An exercise does not do what a check asks for. The text is the message, complete."""

    own_error: BaseException | None = None
    """What the learner's own code raised, when it did and may be shown."""

    def _render_traceback_(self) -> list[str]:
        """Show Jupyter the message alone, after the learner's own traceback: nobody wants the frames of a checker."""
        lines = [] if self.own_error is None else _own_traceback(self.own_error)
        return [*lines, str(self)]


class NotAttempted(CheckFailed):
    """The exercise still holds its stub, or its cell was not run."""


def own_frames(error: BaseException) -> TracebackType | None:
    """Return the traceback from the first frame of the learner's code on.

    Before it come the wrapper in `trace` and, where an engine runs the answer elsewhere, frames that hide themselves as
    pytest's and IPython's do: by a local variable `__tracebackhide__`.
    """
    frames = error.__traceback__
    while frames is not None and _is_between(frames):
        frames = frames.tb_next
    return frames


def _is_between(frames: TracebackType) -> bool:
    frame = frames.tb_frame
    is_ours = "/helpers/check/" in frame.f_code.co_filename.replace("\\", "/")
    return is_ours or frame.f_locals.get("__tracebackhide__") is True


def _own_traceback(error: BaseException) -> list[str]:
    """Format the learner's own traceback as the running shell does."""
    import traceback

    frames = own_frames(error)
    try:
        from IPython import get_ipython

        return list(get_ipython().InteractiveTB.structured_traceback(type(error), error, frames, tb_offset=0)) + [""]
    except (ImportError, AttributeError):
        return [*traceback.format_exception(type(error), error, frames), ""]
