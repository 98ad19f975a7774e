from django.urls import path

from commissioning.home import views
from commissioning.home.health import health

urlpatterns = [
    path("", views.home, name="home"),
    path("account/", views.account, name="account_home"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("cookies/", views.cookies, name="cookies"),
    path("staying-safe/", views.staying_safe, name="staying_safe"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("health/", health, name="health"),
]
