"""DuckDB: one statement over the file, the result written as text; one thread.

    duckdb_sql.py verdict|outcomes declared|auto POLICY_FOLDER RECORDS OUT
"""
import json
import os
import sys

import duckdb

mode, schema, folder, records, out = sys.argv[1:6]
with open(os.path.join(folder, "policy.json"), encoding="utf-8") as file:
    rows = json.load(file)


def outcome(row):
    value = f"metrics.{row['metric']}.{row['attribute']}"
    return f"CASE WHEN {value} IS NULL THEN 'U' WHEN {value} {row['op']} {row['limit']:.4f} THEN 'T' ELSE 'F' END"


wanted = [outcome(row) for row in rows if row["side"] == "ship"]
ground = [outcome(row) for row in rows if row["side"] == "reject"]
columns = ""
if schema == "declared":
    fields = {}
    for row in rows:
        fields.setdefault(row["metric"], set()).add(row["attribute"])
    inner = ", ".join(f"{name} STRUCT({', '.join(f'{key} DOUBLE' for key in sorted(keys))})" for name, keys in fields.items())
    columns = f", columns={{metrics: 'STRUCT({inner})'}}"
marks = " || ".join(f"p{i}" for i in range(len(rows)))
letters = ", ".join(f"{text} AS p{i}" for i, text in enumerate(ground + wanted))
ships = " AND ".join(f"p{i} = 'T'" for i in range(len(ground), len(rows)))
rejects = " OR ".join(f"p{i} = 'T'" for i in range(len(ground)))
opens = " OR ".join(f"p{i} = 'U'" for i in range(len(ground)))
verdict = f"CASE WHEN {rejects} THEN 'reject' WHEN {opens} THEN 'iterate' WHEN {ships} THEN 'ship' ELSE 'iterate' END"
line = verdict if mode == "verdict" else f"{verdict} || ' ' || {marks}"
database = duckdb.connect(config={"threads": 1})
database.execute(
    f"COPY (SELECT {line} FROM (SELECT {letters} FROM read_json('{records}', format='newline_delimited'{columns}))) "
    f"TO '{out}' (FORMAT csv, HEADER false, QUOTE '')")
