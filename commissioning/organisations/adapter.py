from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """There is no sign-up: people come by an invitation of an organisation's administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
