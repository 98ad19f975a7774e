"""A refusal is an anticipated 'no' whose message is fit for the person who reads it."""


class Refusal(Exception):
    """Raised where a rule says no. `field` names the form field that the sentence belongs to, if one does."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def __str__(self) -> str:
        return self.sentence


class StaleEdit(Refusal):
    """Somebody else saved the same thing first. `version` is the number that it has now, so that the form can go on from there."""

    def __init__(self, sentence: str, *, version: int | None = None) -> None:
        super().__init__(sentence)
        self.version = version
