# Reads `-o jsonl` of a policy with one rule: a line for each record, "EXPERIMENT: what is unknown in the rule, and why".
# Attributes of one metric with one reason share an entry; where all eight have it, the metric's name stands alone.
# Hints follow in parentheses. "EXPERIMENT: known" where the rule was decided, "error CODE TEXT" for a bad record.

function take(text, name) {
    if (!match(text, "\"" name "\":\"([^\"\\\\]|\\\\.)*\"")) return ""
    text = substr(text, RSTART, RLENGTH)
    sub("\"" name "\":\"", "", text); sub(/"$/, "", text)
    return text
}

/"error":/ { sub(/.*"error":/, ""); print "error " take($0, "code") " " take($0, "text"); next }
{
    experiment = take($0, "experiment")
    sub(/,"metrics":\[.*/, ""); sub(/.*"unknown":\[/, ""); sub(/\]}\]}\]$/, "")
    count = split($0, inputs, /},{/)
    groups = 0
    for (i = 1; i <= count; i++) {
        name = take(inputs[i], "metric"); attribute = take(inputs[i], "attribute")
        if (name == "") name = take(inputs[i], "field")
        what = take(inputs[i], "reason")
        hint = take(inputs[i], "hint")
        if (hint != "") what = what " (" hint ")"
        for (g = 1; g <= groups && (names[g] != name || whats[g] != what); g++) { }
        if (g > groups) { groups = g; names[g] = name; whats[g] = what; attributes[g] = attribute; sizes[g] = 1 }
        else { attributes[g] = attributes[g] "," attribute; sizes[g]++ }
    }
    line = ""
    for (g = 1; g <= groups; g++)
        line = line (g > 1 ? "; " : "") names[g] (attributes[g] == "" || sizes[g] == 8 ? "" : "." attributes[g]) \
            (names[g] == "" ? "" : " ") whats[g]
    print (experiment == "" ? "-" : experiment) ": " (count ? line : "known")
}
