from django.urls import path

from commissioning.home.health import health

urlpatterns = [
    path("health/", health, name="health"),
]
