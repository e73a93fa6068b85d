"""Reads survivors.txt, the list of mutants that may live. Its form:

    FILE FUNCTION
      | the line of source
      - what is changed, as mutation.py says it (several, where the argument is the same)
      = why it lives: equivalent, only speed, …
        and so on, indented further
"""


def read(path):
    """{(file, function, line of source, change): argument}"""
    book = {}
    file = function = source = None
    changes, argued = [], True
    for number, line in enumerate(open(path), 1):
        line = line.rstrip("\n")
        mark, rest = line[:4], line[4:]
        if not line.strip() or line.startswith("#"):
            continue
        if not line[0].isspace():
            file, function = line.split()
        elif mark == "  | ":
            source = rest
        elif mark == "  - ":
            changes = [] if argued else changes
            argued = False
            changes.append(rest)
        elif mark == "  = ":
            argued = True
            for change in changes:
                book[file, function, source, change] = rest
        elif mark == "    " and argued:
            for change in changes:
                book[file, function, source, change] += " " + rest.strip()
        else:
            raise SystemExit(f"{path}:{number}: what is this?")
        if mark in ("  | ",) and not argued:
            raise SystemExit(f"{path}:{number}: a mutant above has no argument")
    return book
