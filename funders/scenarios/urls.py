from django.urls import path

from funders.scenarios import views

app_name = "scenarios"
urlpatterns = [
    path("<slug:code>/", views.scenario, name="scenario"),
    path("<slug:code>/save/", views.save, name="save"),
    path("<slug:code>/saved/", views.saved_list, name="list"),
    path("<slug:code>/compare/", views.compare, name="compare"),
    path("saved/<slug:scenario>/read/", views.saved, name="saved"),
    path("saved/<slug:scenario>/paper.pdf", views.paper, name="paper"),
    path("saved/<slug:scenario>/share/", views.share, name="share"),
    path("saved/<slug:scenario>/archive/", views.archive, name="archive"),
]
