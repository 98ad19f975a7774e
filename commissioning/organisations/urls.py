from django.urls import path

from commissioning.organisations import views

app_name = "organisations"
urlpatterns = [
    path("switch/", views.switch, name="switch"),
]
