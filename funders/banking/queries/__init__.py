"""Bank files and their rows; money in suspense."""
