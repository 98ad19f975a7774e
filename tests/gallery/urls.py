from django.urls import include, path

from tests.gallery import pages

urlpatterns = [
    path("gallery/", pages.components, name="gallery"),
    path("gallery/form/", pages.form, name="gallery_form"),
    path("gallery/home/", pages.home, name="gallery_home"),
    path("", include("commissioning.urls")),
]
