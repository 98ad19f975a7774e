"""The floor page: a bare Django view behind sessions and authentication, three queries, one small template, 25 rows.

Served by `gunicorn tests.benchmarks.floor:application` with FLOOR_DATABASE (Django's settings of it as JSON); its database is made by `prepare()`.
Every ratio of docs/benchmarks.md is a page of the portal divided by this page in the same run.
"""

import json
import os
import sys
from typing import Any

import django
from django.conf import settings

EMAIL, PASSWORD = "floor@example.org", "a floor is only a floor"

if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
    settings.configure(
        SECRET_KEY="a floor holds nothing worth a secret, and this line is longer than fifty characters",
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.postgresql", **json.loads(os.environ["FLOOR_DATABASE"]), "OPTIONS": {"pool": True}}
        },
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.locmem.Loader",
                            {
                                "floor.html": "<!doctype html><title>Floor</title><h1>{{ user.username }}</h1><table>{% for row in rows %}"
                                "<tr><td>{{ row.codename }}</td><td>{{ row.name }}</td><td>{{ row.content_type_id }}</td></tr>"
                                "{% endfor %}</table>"
                            },
                        )
                    ]
                },
            }
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()

from django.contrib.auth import authenticate, get_user_model, login  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.contrib.auth.models import Permission  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    return render(request, "floor.html", {"rows": Permission.objects.all()[:25], "user": request.user})


def sign_in(request: HttpRequest) -> HttpResponse:
    user = authenticate(request, username=EMAIL, password=PASSWORD)
    login(request, user)
    return HttpResponse("in")


urlpatterns: list[Any] = [path("floor/", floor), path("sign-in/", sign_in)]


def prepare() -> None:
    """Make the floor's tables, its 25 rows and its one user."""
    call_command("migrate", verbosity=0)
    users = get_user_model().objects
    if not users.filter(username=EMAIL).exists():
        users.create_user(EMAIL, EMAIL, PASSWORD)
    kind = Permission.objects.values_list("content_type", flat=True).first()
    for number in range(25):
        Permission.objects.get_or_create(codename=f"row-{number}", content_type_id=kind, defaults={"name": f"Row {number}"})


if __name__ == "__main__":
    prepare()
    sys.exit()
application = get_wsgi_application()
