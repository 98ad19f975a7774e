from django.urls import path

from commissioning.needs import views

app_name = "needs"
urlpatterns = [path("", views.index, name="list")]
