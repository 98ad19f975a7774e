"""Loaded before Django's settings (`-p tests.as_owner`): tests make their database as its owner."""

import os

os.environ["PORTAL_DB_ROLE"] = "owner"
os.environ.setdefault("PORTAL_DEMO", "1")
os.environ.setdefault("STATIC_BACKEND", "django.contrib.staticfiles.storage.StaticFilesStorage")
