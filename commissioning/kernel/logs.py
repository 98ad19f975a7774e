import logging


def formatter() -> logging.Formatter:
    return logging.Formatter("%(levelname)s %(name)s %(message)s")
