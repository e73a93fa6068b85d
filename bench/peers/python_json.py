"""Python's json and a loop; and the thresholds of MLflow, judged by MLflow itself.

    python_json.py verdict|outcomes POLICY_FOLDER < records > verdicts
    python_json.py array POLICY_FOLDER < one array of records > verdicts, with every outcome
    python_json.py mlflow-verdict|mlflow-outcomes POLICY_FOLDER < records > verdicts

MLflow's validation says that a model passes, or in the words of an exception which thresholds fail and which metrics are
missing. It has no verdict but these two, so `mlflow-verdict` says "ship" or "not"; the outcomes are read from the words.
"""
import json
import operator
import os
import sys

COMPARE = {">=": operator.ge, ">": operator.gt}


def read_rows(folder):
    with open(os.path.join(folder, "policy.json"), encoding="utf-8") as file:
        return json.load(file)


def value_of(metric, attribute):
    if attribute == "difference":
        return metric["variant"] - metric["baseline"] if "variant" in metric and "baseline" in metric else None
    return metric.get(attribute)


def verdict_of(marks, grounds):
    if "T" in marks[:grounds]:
        return "reject"
    return "iterate" if "U" in marks[:grounds] or "F" in marks[grounds:] or "U" in marks[grounds:] else "ship"


def compared(rows):
    return [(row["metric"], row["attribute"], COMPARE[row["op"]], row["limit"]) for row in rows]


def outcomes(rows):
    rows, grounds = compared(rows), sum(row["side"] == "reject" for row in rows)

    def judge(metrics):
        marks = ""
        for metric, attribute, compare, limit in rows:
            value = value_of(metrics.get(metric, {}), attribute)
            marks += "U" if value is None else "T" if compare(value, limit) else "F"
        return verdict_of(marks, grounds) + " " + marks

    return judge


def verdict(rows):
    """Stops at what decides."""
    ground = compared(row for row in rows if row["side"] == "reject")
    wanted = compared(row for row in rows if row["side"] == "ship")

    def judge(metrics):
        is_open = False
        for metric, attribute, compare, limit in ground:
            value = value_of(metrics.get(metric, {}), attribute)
            if value is None:
                is_open = True
            elif compare(value, limit):
                return "reject"
        if is_open:
            return "iterate"
        for metric, attribute, compare, limit in wanted:
            value = value_of(metrics.get(metric, {}), attribute)
            if value is None or not compare(value, limit):
                return "iterate"
        return "ship"

    return judge


def mlflow(rows, mode):
    import logging

    logging.disable(logging.WARNING)  # it would write two lines a record
    from mlflow.models import MetricThreshold
    from mlflow.models.evaluation import EvaluationResult
    from mlflow.models.evaluation.validation import ModelValidationFailedException, validate_evaluation_results

    # A ground to reject is a threshold that the value may not pass, so it holds where the threshold fails.
    names = [f"{row['metric']}.{row['attribute']}" for row in rows]
    grounds = sum(row["side"] == "reject" for row in rows)
    thresholds = {name: MetricThreshold(threshold=row["limit"], greater_is_better=row["side"] == "ship") for name, row in zip(names, rows)}
    if len(thresholds) != len(rows):
        sys.exit("MLflow has one threshold a metric, this policy more")

    def judge(metrics):
        flat = {f"{name}.{key}": value for name, values in metrics.items() for key, value in values.items()}
        try:
            validate_evaluation_results(validation_thresholds=thresholds, candidate_result=EvaluationResult(metrics=flat, artifacts={}))
            words = ""
        except ModelValidationFailedException as error:
            words = str(error)
        if mode == "mlflow-verdict":
            return "not" if words else "ship"
        marks = ""
        for i, name in enumerate(names):
            fails = f"Metric {name} value threshold check failed" in words
            missing = not fails and name in words
            marks += "U" if missing else "T" if fails == (i < grounds) else "F"
        return verdict_of(marks, grounds) + " " + marks

    return judge


def main(mode, folder):
    rows = read_rows(folder)
    judge = mlflow(rows, mode) if mode.startswith("mlflow") else verdict(rows) if mode == "verdict" else outcomes(rows)
    write = sys.stdout.write
    if mode == "array":
        for record in json.load(sys.stdin):
            write(judge(record["metrics"]) + "\n")
    else:
        for line in sys.stdin:
            write(judge(json.loads(line)["metrics"]) + "\n")


main(*sys.argv[1:])
