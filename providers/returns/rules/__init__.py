"""Rules of a return, without database or clock: reading figures, checking them, screening words, lateness, versions."""
