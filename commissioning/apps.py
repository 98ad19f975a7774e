from importlib import import_module

from django.apps import AppConfig


class CommissioningConfig(AppConfig):
    name = "commissioning"
    verbose_name = "Commissioning"

    def ready(self) -> None:
        for front in ("tasks", "due_checks", "report_sections", "home_tiles", "gate_checks"):
            import_module(f"commissioning.{front}")
