"""polars: a lazy frame over the file with a declared schema; POLARS_MAX_THREADS says on how many threads.

    polars_frame.py verdict|outcomes POLICY_FOLDER RECORDS > verdicts

`verdict` is one expression of comparisons; `outcomes` a column for each predicate, joined to a line. A frame computes whole columns
and stops at nothing.
"""
import json
import os
import sys
from functools import reduce

import polars

mode, folder, records = sys.argv[1:4]
with open(os.path.join(folder, "policy.json"), encoding="utf-8") as file:
    rows = json.load(file)
fields = {}
for row in rows:
    fields.setdefault(row["metric"], set()).update(("variant", "baseline") if row["attribute"] == "difference" else (row["attribute"],))
metrics = polars.Struct({name: polars.Struct({key: polars.Float64 for key in sorted(keys)}) for name, keys in fields.items()})


def value_of(row):
    metric = polars.col("metrics").struct.field(row["metric"]).struct
    return metric.field("variant") - metric.field("baseline") if row["attribute"] == "difference" else metric.field(row["attribute"])


def holds(row):
    return value_of(row) >= row["limit"] if row["op"] == ">=" else value_of(row) > row["limit"]


def either(conditions):
    return reduce(lambda left, right: left | right, conditions)


def both(conditions):
    return reduce(lambda left, right: left & right, conditions)


def ladder(rejects, opens, ships):
    return (polars.when(rejects).then(polars.lit("reject")).when(opens).then(polars.lit("iterate"))
            .when(ships).then(polars.lit("ship")).otherwise(polars.lit("iterate")))


def outcome(row, i):
    mark = polars.when(value_of(row).is_null()).then(polars.lit("U")).when(holds(row)).then(polars.lit("T"))
    return mark.otherwise(polars.lit("F")).alias(f"p{i}")


grounds = [row for row in rows if row["side"] == "reject"]
wanted = [row for row in rows if row["side"] == "ship"]
frame = polars.scan_ndjson(records, schema={"metrics": metrics})
if mode == "verdict":
    line = ladder(either([holds(row) for row in grounds]), either([value_of(row).is_null() for row in grounds]),
                  both([holds(row) for row in wanted]))
else:
    frame = frame.select([outcome(row, i) for i, row in enumerate(rows)])
    letters = [polars.col(f"p{i}") for i in range(len(rows))]
    count = len(grounds)
    line = polars.concat_str([ladder(either([letter == "T" for letter in letters[:count]]), either([letter == "U" for letter in letters[:count]]),
                                     both([letter == "T" for letter in letters[count:]])), polars.lit(" "), *letters])
frame.select(line.alias("line")).collect().write_csv(sys.stdout.buffer, include_header=False, quote_style="never")
