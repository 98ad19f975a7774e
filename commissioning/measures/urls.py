from django.urls import path

from commissioning.measures import views

app_name = "measures"
urlpatterns = [
    path("", views.measures, name="list"),
]
