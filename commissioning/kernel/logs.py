"""Logs as JSON lines, each with the number of the request or the job that it belongs to."""

import logging
from typing import Any

import structlog
from structlog.contextvars import get_contextvars, merge_contextvars


def formatter() -> logging.Formatter:
    """The formatter named in settings: one JSON object a line, so that nothing typed by a user can forge a line."""
    shared: list[Any] = [
        merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(allow=["reference", "status_code", "task", "job"]),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
    )


def request_id() -> str:
    """The number of the request (or the reference of the job) that is being worked on; "" outside both."""
    return str(get_contextvars().get("request_id", ""))
