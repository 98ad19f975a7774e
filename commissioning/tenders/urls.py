from django.urls import path

from commissioning.tenders import views

app_name = "tenders"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.new, name="new"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/edit/", views.edit, name="edit"),
    path("<slug:reference>/lots/", views.lots, name="lots"),
    path("<slug:reference>/criteria/", views.criteria, name="criteria"),
    path("<slug:reference>/people/", views.people, name="people"),
    path("<slug:reference>/publish/", views.publish, name="publish"),
    path("<slug:reference>/deadline/", views.deadline, name="deadline"),
    path("<slug:reference>/abandon/", views.abandon, name="abandon"),
]
