"""Whether this request shows a form again that was typed before: then no form counts as sent."""

from contextvars import ContextVar

replaying: ContextVar[bool] = ContextVar("replaying", default=False)

TYPED_BEFORE = "You were signed out before this was sent. What you typed is below. Check it and send it again."
