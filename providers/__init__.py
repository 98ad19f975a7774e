"""The outcomes back: returns of the providers and what they show."""
