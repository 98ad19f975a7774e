from django.urls import path

from commissioning.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="list"),
    path("<slug:code>/", views.page, name="page"),
    path("<slug:code>/build/", views.build, name="build"),
    path("<slug:code>/freeze/", views.freeze, name="freeze"),
    path("<slug:code>/publish/", views.publish, name="publish"),
    path("<slug:code>/download/<slug:ending>/", views.document, name="document"),
]
