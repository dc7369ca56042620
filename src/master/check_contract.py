"""Holds what a master was asked and answered to its own description.

    check_contract.py openapi.json exchanges.jsonl

Each line of the second file is one exchange: method, path, status, type, request, answer. Prints each that the
description does not allow, and each documented answer that no exchange has shown; exit code 1 if there is any.
"""
import json
import sys

import jsonschema

PROBLEM = "application/problem+json"


class Contract:
    def __init__(self, document):
        self.document = document
        self.checker = jsonschema.FormatChecker()
        self.checker.checks("uuid", raises=ValueError)(__import__("uuid").UUID)
        self.shown = set()

    def resolve(self, thing):
        while "$ref" in thing:
            at = self.document
            for key in thing["$ref"].removeprefix("#/").split("/"):
                at = at[key]
            thing = at
        return thing

    def pattern_of(self, path):
        def fits(pattern):
            wanted, given = pattern.split("/"), path.split("/")
            return len(wanted) == len(given) and all(w == g or w.startswith("{") for w, g in zip(wanted, given))

        fitting = [pattern for pattern in self.document["paths"] if fits(pattern)]
        return min(fitting, key=lambda pattern: pattern.count("{"), default=None)

    def findings(self, value, schema):
        whole = dict(schema, components=self.document["components"])
        validator = jsonschema.Draft202012Validator(whole, format_checker=self.checker)
        for error in validator.iter_errors(value):
            for leaf in leaves(error):
                yield f"/{'/'.join(str(part) for part in leaf.absolute_path)}: {leaf.message[:300]}"

    def check(self, exchange):
        method, status = exchange["method"].lower(), exchange["status"]
        pattern = self.pattern_of(exchange["path"])
        operation = self.document["paths"].get(pattern, {}).get(method)
        if not operation:
            return [f"{method} {exchange['path']} is not described"]
        answer = operation["responses"].get(str(status))
        if not answer:
            return [f"status {status} is not described"]
        self.shown.add((pattern, method, str(status)))
        found = []
        if status < 300 and exchange["request"]:
            body = operation.get("requestBody")
            if not body:
                found.append("took a body that is not described")
            else:
                schema = body["content"]["application/json"]["schema"]
                found += [f"the request, {one}" for one in self.findings(json.loads(exchange["request"]), schema)]
        content = self.resolve(answer).get("content", {})
        kind = exchange["type"].split(";")[0]
        if not content:
            return found + ([f"has a body of {kind}"] if exchange["answer"] else [])
        if kind not in content:
            return found + [f"type {kind} is not described"]
        if kind.endswith("json"):
            found += self.findings(json.loads(exchange["answer"]), content[kind]["schema"])
        return found

    def unshown(self):
        """What is described and was never seen, but for what tests of their own show."""
        elsewhere = {"503", "507"}  # a master that ends, and one whose disk is full
        on_postgres = {("/backup", "post", "400")}
        for pattern, operations in self.document["paths"].items():
            for method, operation in operations.items():
                for status in operation["responses"]:
                    one = (pattern, method, status)
                    if status not in elsewhere and one not in on_postgres | self.shown:
                        yield f"{method} {pattern}: {status} is described and was never shown"


def leaves(error):
    """Of a choice that nothing fits, what the nearest alternative lacks."""
    if not error.context:
        return [error]
    by_choice = {}
    for one in error.context:
        by_choice.setdefault(one.schema_path[0], []).append(one)
    return [leaf for one in min(by_choice.values(), key=len) for leaf in leaves(one)]


def main(document_file, exchanges_file):
    with open(document_file, encoding="utf-8") as file:
        document = json.load(file)
    for name, schema in document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        if not schema:
            sys.exit(f"the schema {name} allows everything and checks nothing")
    contract = Contract(document)
    failed = False
    with open(exchanges_file, encoding="utf-8") as file:
        exchanges = [json.loads(line) for line in file]
    for exchange in exchanges:
        for finding in contract.check(exchange):
            failed = True
            print(f"{exchange['method']} {exchange['path']} -> {exchange['status']}: {finding}")
    for finding in contract.unshown():
        failed = True
        print(finding)
    print(f"{len(exchanges)} exchanges, {len(contract.shown)} described answers shown")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
