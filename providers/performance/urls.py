from django.urls import path

from providers.performance import views

app_name = "performance"
urlpatterns = [path("", views.page, name="page")]
