"""``python -m publish.sandbox``: the sandbox without the product around it."""

import argparse
import sys

from .command import CannotStartError, add_arguments, run


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="publish.sandbox", description="A local stand-in for the WeChat API."
    )
    add_arguments(parser)
    try:
        run(vars(parser.parse_args()), sys.stdout)
    except CannotStartError as problem:
        sys.exit(str(problem))
