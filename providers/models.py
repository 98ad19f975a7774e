"""The door of the house for Django: every model of this house belongs to the app `providers`."""

from providers.returns.models import OutcomeReturn, ReturnLine, ReturnPart, ReturnQuery, ReturnVersion

__all__ = ["OutcomeReturn", "ReturnLine", "ReturnPart", "ReturnQuery", "ReturnVersion"]
