"""The door for gunicorn. The web process may only ever be the application's own database user."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commissioning.settings")
os.environ.setdefault("PORTAL_DB_ROLE", "app")

application = get_wsgi_application()
