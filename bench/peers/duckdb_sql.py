"""DuckDB: one statement over the file, the result written as text.

    duckdb_sql.py verdict|outcomes declared|auto FORMAT THREADS POLICY_FOLDER RECORDS > verdicts

FORMAT is newline_delimited or array. With a declared schema only the members that the policy reads are made columns. `verdict` is
one CASE, which stops at what decides; `outcomes` a column for each predicate, joined to a line.
"""
import json
import os
import sys

import duckdb

mode, schema, form, threads, folder, records = sys.argv[1:7]
with open(os.path.join(folder, "policy.json"), encoding="utf-8") as file:
    rows = json.load(file)
grounds = [row for row in rows if row["side"] == "reject"]
wanted = [row for row in rows if row["side"] == "ship"]


def members(row):
    return ("variant", "baseline") if row["attribute"] == "difference" else (row["attribute"],)


def value(row):
    return " - ".join(f"metrics.{row['metric']}.{name}" for name in members(row))


def holds(row):
    return f"{value(row)} {row['op']} {row['limit']:.4f}"


def structure():
    fields = {}
    for row in rows:
        fields.setdefault(row["metric"], set()).update(members(row))
    inner = ", ".join(f"{name} STRUCT({', '.join(f'{key} DOUBLE' for key in sorted(keys))})" for name, keys in fields.items())
    return f", columns={{metrics: 'STRUCT({inner})'}}"


source = f"read_json('{records}', format='{form}'{structure() if schema == 'declared' else ''})"
if mode == "verdict":
    line = (f"CASE WHEN {' OR '.join(holds(row) for row in grounds)} THEN 'reject' "
            f"WHEN {' OR '.join(f'({value(row)}) IS NULL' for row in grounds)} THEN 'iterate' "
            f"WHEN {' AND '.join(holds(row) for row in wanted)} THEN 'ship' ELSE 'iterate' END")
    query = f"SELECT {line} FROM {source}"
else:
    letters = ", ".join(f"CASE WHEN ({value(row)}) IS NULL THEN 'U' WHEN {holds(row)} THEN 'T' ELSE 'F' END AS p{i}"
                        for i, row in enumerate(grounds + wanted))
    count = len(grounds)
    rejects = " OR ".join(f"p{i} = 'T'" for i in range(count))
    opens = " OR ".join(f"p{i} = 'U'" for i in range(count))
    ships = " AND ".join(f"p{i} = 'T'" for i in range(count, len(rows)))
    verdict = f"CASE WHEN {rejects} THEN 'reject' WHEN {opens} THEN 'iterate' WHEN {ships} THEN 'ship' ELSE 'iterate' END"
    query = f"SELECT {verdict} || ' ' || concat({', '.join(f'p{i}' for i in range(len(rows)))}) FROM (SELECT {letters} FROM {source})"
duckdb.connect(config={"threads": int(threads), "max_expression_depth": 1000000}).execute(f"COPY ({query}) TO '/dev/stdout' (FORMAT csv, HEADER false, QUOTE '')")
