"""polars: a lazy frame over the file with a declared schema; one thread (POLARS_MAX_THREADS=1 is set by the harness).

    polars_frame.py verdict|outcomes POLICY_FOLDER RECORDS > verdicts
"""
import json
import os
import sys

import polars

mode, folder, records = sys.argv[1:4]
with open(os.path.join(folder, "policy.json"), encoding="utf-8") as file:
    rows = json.load(file)
fields = {}
for row in rows:
    fields.setdefault(row["metric"], set()).add(row["attribute"])
metrics = polars.Struct({name: polars.Struct({key: polars.Float64 for key in sorted(keys)}) for name, keys in fields.items()})


def outcome(row, i):
    value = polars.col("metrics").struct.field(row["metric"]).struct.field(row["attribute"])
    holds = value >= row["limit"] if row["op"] == ">=" else value > row["limit"]
    return polars.when(value.is_null()).then(polars.lit("U")).when(holds).then(polars.lit("T")).otherwise(polars.lit("F")).alias(f"p{i}")


grounds = sum(row["side"] == "reject" for row in rows)
letters = [polars.col(f"p{i}") for i in range(len(rows))]
rejects = polars.any_horizontal([letter == "T" for letter in letters[:grounds]])
opens = polars.any_horizontal([letter == "U" for letter in letters[:grounds]])
ships = polars.all_horizontal([letter == "T" for letter in letters[grounds:]])
verdict = (polars.when(rejects).then(polars.lit("reject")).when(opens).then(polars.lit("iterate"))
           .when(ships).then(polars.lit("ship")).otherwise(polars.lit("iterate")))
line = verdict if mode == "verdict" else polars.concat_str([verdict, polars.lit(" "), *letters])
frame = polars.scan_ndjson(records, schema={"metrics": metrics}).select([outcome(row, i) for i, row in enumerate(rows)])
frame.select(line.alias("line")).collect().write_csv(sys.stdout.buffer, include_header=False, quote_style="never")
