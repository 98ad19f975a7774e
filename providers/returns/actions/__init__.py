"""What people, and the clock, do with a return: fill it in, sign it, review it."""
