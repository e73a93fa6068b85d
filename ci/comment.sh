#!/bin/sh
# Writes the report as one comment of a pull request, over the one of the run before. Whoever may not comment (the token of a
# pull request from a fork only reads) is told so in the log; the summary holds the same report, and the gate is not touched.
#
#   ASSIZE_PULL_REQUEST, ASSIZE_REPORT, GITHUB_REPOSITORY, GH_TOKEN (read by gh)
set -eu

most=65536 # characters that a comment may have

[ -s "${ASSIZE_REPORT:-}" ] || { echo '::notice::assize: there is no report to comment with'; exit 0; }
folder=$(dirname "$ASSIZE_REPORT")
marker='<!-- assize: sticky comment -->'
{ echo "$marker"; cat "$ASSIZE_REPORT"; } >"$folder/comment.md"
if [ "$(wc -c <"$folder/comment.md")" -gt "$most" ]; then
    { echo "$marker"; echo 'The report is too long for a comment: it is in the summary of the run.'; } >"$folder/comment.md"
fi

comments=repos/$GITHUB_REPOSITORY/issues/$ASSIZE_PULL_REQUEST/comments
filter=".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id"
old=$(gh api --paginate "$comments" --jq "$filter" 2>"$folder/gh.log" | head -n 1) || old=
if [ -n "$old" ]; then
    set -- --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$old"
else
    set -- --method POST "$comments"
fi
if gh api --silent "$@" --field "body=@$folder/comment.md" 2>"$folder/gh.log"; then
    echo 'assize: commented'
else
    echo '::notice::assize: no comment could be written (a fork has a token that only reads); the report is in the summary'
fi
