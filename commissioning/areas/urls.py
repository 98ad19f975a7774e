from django.urls import path

from commissioning.areas import views

app_name = "areas"
urlpatterns = [path("", views.index, name="list")]
