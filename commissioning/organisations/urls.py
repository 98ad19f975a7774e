from django.urls import path

from commissioning.organisations.views import invitations, people, seats

app_name = "organisations"
urlpatterns = [
    path("", people.index, name="people"),
    path("roles/", people.roles_page, name="roles"),
    path("switch/", seats.switch, name="switch"),
    path("invite/", invitations.invite, name="invite"),
    path("invitation/", invitations.accept, name="accept"),
    path("invitation/<slug:token>/", invitations.open_link, name="open_invitation"),
    path("invitations/<str:reference>/", invitations.invited, name="invited"),
    path("invitations/<str:reference>/withdraw/", invitations.withdraw, name="withdraw"),
    path("roles/<str:reference>/end/", people.end_role, name="end_role"),
    path("<str:reference>/", people.person_page, name="person"),
    path("<str:reference>/roles/", people.give_roles, name="give_roles"),
    path("<str:reference>/remove/", people.remove, name="remove"),
    path("<str:reference>/end-sessions/", people.end_sessions, name="end_sessions"),
    path("<str:reference>/new-password/", people.send_password_reset, name="send_password_reset"),
    path("<str:reference>/second-factor/", people.remove_second_factor, name="remove_second_factor"),
]
