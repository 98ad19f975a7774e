"""Loaded before Django's settings (`-p tests.as_owner`): tests make their database as its owner."""

import os
from pathlib import Path

os.environ["PORTAL_DB_ROLE"] = "owner"
os.environ.setdefault("PORTAL_DEMO", "1")
os.environ.setdefault("STATIC_BACKEND", "django.contrib.staticfiles.storage.StaticFilesStorage")
EMPTY_STATIC_ROOT = Path(__file__).resolve().parent.parent / ".cache" / "static-of-tests"
os.environ.setdefault("STATIC_ROOT", str(EMPTY_STATIC_ROOT))
EMPTY_STATIC_ROOT.mkdir(parents=True, exist_ok=True)
