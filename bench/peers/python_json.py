"""Python's json and a loop; and the thresholds of MLflow, judged by MLflow itself.

    python_json.py verdict|outcomes POLICY_FOLDER < records > verdicts
    python_json.py mlflow POLICY_FOLDER < records > "ship" or "not", which is all that MLflow's validation can say
"""
import json
import operator
import os
import sys

COMPARE = {">=": operator.ge, ">": operator.gt}


def read_rows(folder):
    with open(os.path.join(folder, "policy.json"), encoding="utf-8") as file:
        return json.load(file)


def judge(mode, folder):
    rows = [(row["metric"], row["attribute"], COMPARE[row["op"]], row["limit"]) for row in read_rows(folder)]
    grounds = sum(row["side"] == "reject" for row in read_rows(folder))
    write = sys.stdout.write
    for line in sys.stdin:
        metrics = json.loads(line)["metrics"]
        marks = []
        for metric, attribute, compare, limit in rows:
            value = metrics.get(metric, {}).get(attribute)
            marks.append("U" if value is None else "T" if compare(value, limit) else "F")
        if "T" in marks[:grounds]:
            verdict = "reject"
        elif "U" in marks[:grounds] or any(mark != "T" for mark in marks[grounds:]):
            verdict = "iterate"
        else:
            verdict = "ship"
        write(verdict + ("\n" if mode == "verdict" else " " + "".join(marks) + "\n"))


def judge_with_mlflow(folder):
    import logging

    logging.disable(logging.WARNING)  # it would write two lines a record
    from mlflow.models import MetricThreshold
    from mlflow.models.evaluation import EvaluationResult
    from mlflow.models.evaluation.validation import ModelValidationFailedException, validate_evaluation_results

    thresholds = {f"{row['metric']}.{row['attribute']}": MetricThreshold(threshold=row["limit"], greater_is_better=row["side"] == "ship")
                  for row in read_rows(folder)}
    for line in sys.stdin:
        metrics = json.loads(line)["metrics"]
        flat = {f"{name}.{key}": value for name, values in metrics.items() for key, value in values.items()}
        try:
            validate_evaluation_results(validation_thresholds=thresholds, candidate_result=EvaluationResult(metrics=flat, artifacts={}))
            sys.stdout.write("ship\n")
        except ModelValidationFailedException:
            sys.stdout.write("not\n")


if sys.argv[1] == "mlflow":
    judge_with_mlflow(sys.argv[2])
else:
    judge(sys.argv[1], sys.argv[2])
