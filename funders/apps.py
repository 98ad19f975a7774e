from importlib import import_module

from django.apps import AppConfig


class FundersConfig(AppConfig):
    name = "funders"
    verbose_name = "Funders"

    def ready(self) -> None:
        for front in ("tasks", "report_sections", "home_tiles", "gate_checks", "in_kind.queries", "transfers.queries", "accounts.queries"):
            import_module(f"funders.{front}")
