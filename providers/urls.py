from django.urls import include, path

urlpatterns = [
    path("returns/", include("providers.returns.urls")),
    path("performance/", include("providers.performance.urls")),
]
