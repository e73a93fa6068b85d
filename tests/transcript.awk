# Reads transcript cases (*.test) and pages (*.md), as tests/README.md describes them.
#
#   phase=split   writes for file N of the list what a shell needs: $tmp/N/script, and files in $tmp/N/d
#   phase=join    puts what the commands printed in place of what was expected, and compares: TAP
#
# Both phases read a file with the same parser, so they agree about what is a command and what is output.
# `-v list=FILE` holds "N path" lines; `-v tmp=DIR`; with `-v accept=1` join rewrites the files.

BEGIN {
    ok = 0; failed = 0; skipped = 0
    while ((getline entry < list) > 0) {
        number = entry; sub(/ .*/, "", number)
        path = entry; sub(/^[^ ]* /, "", path)
        here = tmp "/" number
        if (path !~ /\.(test|md)$/) program(path)
        else { parse(path); phase == "split" ? write_script() : compare(path) }
    }
    if (phase == "join") {
        printf "1..%d\n", total
        printf "# %d passed, %d failed%s\n", ok, failed, skipped ? ", " skipped " skipped" : ""
    }
    exit failed || (phase == "join" && total == 0)
}

# ---- the parser --------------------------------------------------------------------------------------------

function parse(path,    line) {
    page = path ~ /\.md$/
    original = actual = script = problem = ""
    commands = line_number = not_run = staged = 0
    delete skips
    state = page ? "text" : "head"
    pending = ""; folder = "."; skip_next = 0
    while ((getline line < path) > 0) {
        line_number++
        original = original line "\n"
        if (pending != "") { continue_command(line); continue }
        if (page) page_line(line); else case_line(line)
    }
    close(path)
    if (pending != "") complain("the last command goes on after its end")
    if (state == "file") end_file()
    if (page && state != "text") complain("a block is not closed")
    if (!page && !commands) complain("there is no command in it")
}

function complain(what) { if (problem == "") problem = "line " line_number ": " what }

function case_line(line) {
    if (line ~ /^--- / || line ~ /^\$ /) {
        if (state == "file") end_file()
        if (line ~ /^--- /) begin_file(line); else begin_command(line)
    } else if (state == "head") {
        keep(line)
        if (line ~ /^# requires: /) script = script "need " quote(substr(line, 13)) " || exit 0\n"
        else if (line !~ /^(#|$)/) complain("neither a comment, nor a file, nor a command")
    } else if (state == "file") {
        keep(line); content = content line ending
    } # what is left is expected output: the join phase puts the real one there
}

function page_line(line,    info) {
    if (state == "text") {
        keep(line)
        if (line ~ /^<!-- run in: .* -->$/) { folder = substr(line, 14); sub(/ -->$/, "", folder) }
        else if (line ~ /^<!-- not run -->$/) skip_next = 1
        else if (line ~ /^[ >]+```+ *console/) complain("a console block must not be indented")
        else if (line ~ /^```/) {
            fence = line; sub(/[^`].*$/, "", fence)
            info = substr(line, length(fence) + 1); sub(/^ +/, "", info)
            if (skip_next) { state = "opaque"; skips[++not_run] = line_number; skip_next = 0 }
            else if (info ~ /^console/) { state = "console"; enter() }
            else if (info ~ / file=[^ ]+/) {
                sub(/.* file=/, "", info); sub(/ .*/, "", info)
                enter(); state = "file"; file = info; ending = "\n"; content = options = ""
                check_name(file)
            } else state = "opaque"
        }
    } else if (line ~ /^```+$/ && length(line) >= length(fence)) {
        if (state == "file") end_file()
        keep(line); state = "text"
    } else if (state == "console" && line ~ /^\$ /) begin_command(line)
    else if (state == "output" && line ~ /^\$ /) begin_command(line)
    else if (state == "console") complain("a console block begins with a command")
    else if (state != "output") { keep(line); if (state == "file") content = content line "\n" }
}

function enter() { check_name(folder); script = script "enter " quote(folder) "\n" }

# A line that stands in the file whatever the commands print.
function keep(line) { actual = actual line "\n" }

function check_name(name) {
    if (name !~ /^[A-Za-z0-9._+@=\/-]+( [A-Za-z0-9._+@=\/-]+)*$/ || name ~ /^\// || name ~ /(^|\/)\.\.(\/|$)/)
        complain("`" name "` is not a plain relative name")
}

# --- NAME (options)
function begin_file(line) {
    keep(line)
    state = "file"; content = options = ""
    file = substr(line, 5)
    if (match(file, / \([a-z, ]*\)$/)) {
        options = substr(file, RSTART + 2, RLENGTH - 3)
        file = substr(file, 1, RSTART - 1)
    }
    ending = options ~ /crlf/ ? "\r\n" : "\n"
    check_name(file)
    if (options !~ /^((crlf|hex|no newline)(, )?)*$/) complain("`" options "`: crlf, hex or no newline")
}

# Files before the first command are simply there; later ones come between the commands. Bytes in hex go through printf.
function end_file(    target, parent) {
    state = "between"
    if (options ~ /no newline/) content = substr(content, 1, length(content) - length(ending))
    if (phase != "split" || problem != "") return
    parent = file
    if (sub(/\/[^\/]*$/, "", parent)) script = script "mkdir -p " quote(parent) "\n"
    if (options ~ /hex/) { script = script "printf '" octal(content) "' >" quote(file) "\n"; return }
    target = here "/" (commands || parent != file || page ? "file." (++staged) : "d/" file)
    printf "%s", content > target
    close(target)
    if (target !~ /\/d\/[^\/]*$/) script = script "cat " quote(target) " >" quote(file) "\n"
}

function octal(hex,    text, i, byte) {
    gsub(/[ \r\n]/, "", hex)
    hex = tolower(hex)
    if (length(hex) % 2 || hex !~ /^[0-9a-f]*$/) complain("hex digits come in pairs")
    for (i = 1; i < length(hex); i += 2) {
        byte = 16 * digit(substr(hex, i, 1)) + digit(substr(hex, i + 1, 1))
        text = text (byte == 37 ? "%%" : sprintf("\\%03o", byte))
    }
    return text
}

function digit(c) { return index("0123456789abcdef", c) - 1 }

# A command ends with its line, unless that ends with a backslash.
function begin_command(line) { keep(line); command(substr(line, 3)) }
function continue_command(line,    before) { keep(line); before = pending; pending = ""; command(before line) }
function command(text) {
    state = "output"
    if (text ~ /\\$/) { pending = text "\n"; return }
    commands++
    # `$?` in a command is the status of the one before.
    script = script "(\n" (text ~ /\$\?/ ? "(exit ${status:-0})\n" : "") text "\n" \
        ") >\"$here/out." commands "\" 2>&1 </dev/null\n" \
        "status=$?; printf '.%s\\n' $status >>\"$here/out." commands "\"\n"
    if (phase == "join") insert_output(here "/out." commands)
}

function quote(text) { gsub(/'/, "'\\''", text); return "'" text "'" }

# ---- split -------------------------------------------------------------------------------------------------

function write_script(    target) {
    target = here "/script"
    printf "%s", (problem == "" ? script : "exit 0\n") > target
    close(target)
}

# ---- join --------------------------------------------------------------------------------------------------

# What a command printed ends with ".STATUS", put behind it by the script: behind a newline, if all is well.
function insert_output(from,    line, last, lines, status, before_last) {
    lines = 0; last = ""
    while ((getline line < from) > 0) {
        if (lines++) { keep(escape(last)); before_last = last }
        last = line
    }
    close(from)
    if (!lines || !match(last, /\.[0-9]+$/)) { complain("not run: " last); return }
    status = substr(last, RSTART + 1)
    last = substr(last, 1, RSTART - 1)
    if (last != "") {
        keep(escape(last))
        if (!page) keep("\\ no newline")
        lines++; before_last = last
    }
    # The status is written where it is not 0, and where the output itself looks like one.
    if (!page && (status != 0 || (lines > 1 && before_last ~ /^\[[0-9]+\]$/))) keep("[" status "]")
}

# Output that looks like a part of the file gets a backslash.
function escape(line) { return line ~ /^(\$ |--- |\\)/ ? "\\" line : line }

function result(passed, name, directive) {
    printf "%s %d - %s%s\n", passed ? "ok" : "not ok", ++total, name, directive == "" ? "" : " # SKIP " directive
    if (directive != "") skipped++; else if (passed) ok++; else failed++
}

function first_line(from,    line) { line = ""; getline line < from; close(from); return line }

function is_there(file,    line, found) { found = (getline line < file) > 0; close(file); return found }

# A file's lines as TAP comments, at most `most`.
function show(from, most,    line) {
    while (most-- > 0 && (getline line < from) > 0) print "#   " line
    close(from)
}

function compare(path,    reason, expected, got, i) {
    for (i = 1; i <= not_run; i++) result(1, path ": the block in line " skips[i], "not run")
    if (page && !commands && problem == "") return
    reason = first_line(here "/skip")
    if (reason != "") { result(1, path, reason); return }
    if (is_there(here "/sanitizer")) {
        result(0, path); print "# a sanitizer has something to say:"; show(here "/sanitizer", 40)
    } else if (problem != "") {
        result(0, path); print "# " path ": " problem; show(here "/stderr", 10)
    } else if (actual == original) result(1, path)
    else if (accept) {
        printf "%s", actual > path
        close(path)
        result(1, path); print "# accepted " path
    } else {
        result(0, path)
        expected = here "/expected"; got = here "/actual"
        printf "%s", original > expected; close(expected)
        printf "%s", actual > got; close(got)
        system("diff -u '" expected "' '" got "' | sed -e '1,2d' -e 's/^/#   /'")
    }
}

# ---- programs ----------------------------------------------------------------------------------------------

# A unit program prints TAP of its own, or nothing; its exit status counts in both cases.
function program(path,    target, line, bad, seen, status, plan, passed, reason) {
    if (phase == "split") {
        target = here "/script"
        printf "cd \"$ASSIZE_ROOT\"\n%s >\"$here/out.1\" 2>&1 </dev/null\n", quote(path) > target
        printf "echo $? >\"$here/status\"\n" > target
        close(target)
        return
    }
    status = first_line(here "/status")
    seen = bad = 0; plan = ""
    while ((getline line < (here "/out.1")) > 0) {
        if (line ~ /^(not )?ok([ \t]|$)/) {
            seen++
            if (line ~ /^not/) bad++
            reason = line ~ /# SKIP/ ? line : ""; sub(/.*# SKIP */, "", reason)
            sub(/ *# SKIP.*/, "", line)
            passed = line !~ /^not/
            sub(/^(not )?ok *[0-9]* *(- )?/, "", line)
            result(passed, path ": " line, reason)
        } else if (line ~ /^1\.\.[0-9]+$/) plan = substr(line, 4)
        else if (seen) print "#   " line
    }
    close(here "/out.1")
    if (is_there(here "/sanitizer")) {
        result(0, path ": sanitizers"); show(here "/sanitizer", 40)
    } else if (status != "0" && !bad) {
        result(0, path ": status " status); show(here "/out.1", 40)
    } else if (plan != "" && plan != seen) {
        result(0, path ": " plan " tests were planned, " seen " ran")
    } else if (!seen) result(1, path)
}
