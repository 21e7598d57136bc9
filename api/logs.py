"""Log lines as JSON on standard output, without anything a resident said."""

from __future__ import annotations

import logging

import structlog


def configure_logs() -> None:
    """One line an event. Libraries speak up only when something is wrong: their address lines may hold tokens."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
