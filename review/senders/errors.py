"""How a sending failed: the one thing that decides what happens next is whether the message may have arrived."""

from enum import StrEnum


class Reached(StrEnum):
    NO = "no"  # never left: may be tried again by itself
    LATER = "later"  # refused for now (a rate limit): likewise
    REFUSED = "refused"  # refused for good: a person has to mend something
    MAYBE = "maybe"  # cut off: nobody knows, so it is not sent again by itself


class SendError(Exception):
    """A notice did not go out, or perhaps did. ``sentence`` says what happened and what to do; it holds no secret."""

    def __init__(self, reached, sentence):
        super().__init__(str(sentence))
        self.reached, self.sentence = reached, str(sentence)
