from importlib import import_module

from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    name = "providers"
    verbose_name = "Providers"

    def ready(self) -> None:
        for front in ("tasks", "report_sections", "home_tiles", "gate_checks"):
            import_module(f"providers.{front}")
