from django.urls import path

from funders.budget import views

app_name = "budget"
urlpatterns = [
    path("<slug:code>/allocations/", views.allocations, name="allocations"),
    path("<slug:code>/line/", views.add_line, name="add_line"),
    path("<slug:code>/allocate/", views.allocate, name="allocate"),
    path("<slug:code>/contract/<slug:contract>/", views.commit, name="commit"),
    path("<slug:code>/contract/<slug:contract>/release/", views.release, name="release"),
]
