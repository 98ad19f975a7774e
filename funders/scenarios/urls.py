from django.urls import path

from funders.scenarios import views

app_name = "scenarios"
urlpatterns = [path("<slug:code>/", views.scenario, name="scenario")]
