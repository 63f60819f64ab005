"""Print a token. It goes into the header Authorization of every call, and lasts an hour.

python get_token.py --api-url https://coder.example
"""

from service import Service, options, run


def main():
    """Get the token and print it."""
    print(Service(options(__doc__).parse_args()).get_token())


run(main)
