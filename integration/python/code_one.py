"""Code one record and print the answer.

python code_one.py --api-url https://coder.example "software developer" "writing code"
"""

import json

from service import Service, options, run


def main():
    """Code the texts of the command line."""
    parser = options(__doc__)
    parser.add_argument("title", help="what the job is called")
    parser.add_argument("tasks", nargs="?", help="what is done in it")
    arguments = parser.parse_args()

    record = {"occp_text": arguments.title}
    if arguments.tasks:
        record["tasks_text"] = arguments.tasks
    body = json.dumps({"record": record, "numberOfSuggestions": 3})
    answer = Service(arguments).call("POST", "code", body)
    print(json.dumps(json.loads(answer), indent=2))


run(main)
