from django.urls import path

from funders.banking import views

app_name = "banking"
urlpatterns = [
    path("", views.index, name="list"),
    path("upload/", views.upload, name="upload"),
    path("suspense/<slug:code>/", views.suspense, name="suspense"),
    path("assign/<slug:reference>/", views.assign, name="assign"),
    path("return/<slug:reference>/", views.give_back, name="return"),
    path("<slug:bankimport>/", views.bank_import, name="import"),
    path("<slug:bankimport>/columns/", views.columns, name="columns"),
    path("<slug:bankimport>/rows/<int:number>/", views.row, name="row"),
    path("<slug:bankimport>/post/", views.post, name="post"),
    path("<slug:bankimport>/discard/", views.discard, name="discard"),
    path("<slug:bankimport>/download/", views.file, name="file"),
]
