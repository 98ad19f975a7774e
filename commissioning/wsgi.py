"""The door for gunicorn. The web process may only ever be the application's own database user."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commissioning.settings")
os.environ.setdefault("PORTAL_DB_ROLE", "app")
if os.environ["PORTAL_DB_ROLE"] != "app":
    raise ImproperlyConfigured("PORTAL_DB_ROLE must be app for the web, or unset: no page may work with the owner's rights.")

application = get_wsgi_application()
