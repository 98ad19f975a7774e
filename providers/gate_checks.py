"""Reasons that this house may give why a step of the cycle may not be taken."""
