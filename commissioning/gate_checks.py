"""Reasons that the common ground gives why a step of the cycle may not be taken."""
