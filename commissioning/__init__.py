"""The common ground: who, where, what is bought, what is reported."""

from commissioning.celery import app as celery_app

__all__ = ["celery_app"]
