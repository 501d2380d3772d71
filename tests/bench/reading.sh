#!/bin/bash
# Throughput of reading beside plain GMime's (parse, decode each leaf, decode Subject and From) on the same mails, in
# alternating rounds of one process. Told apart: reading with the starter rules.
#
#   BENCH_ROUNDS=5     rounds
#   CORPUS=folder      mails (*.eml) in it as well, up to 400
#
# Exit code 1 when reading without rules is below READING_LEAST (0.67) of GMime's throughput. The corpus does not count
# there: its mails are small and odd on purpose.
cd "$(dirname "$0")/../.." || exit 1
ROUNDS=${BENCH_ROUNDS:-5}
LEAST=${READING_LEAST:-0.67}
failed=0

line() { # NAME MAILS…
    local name=$1 gmime ours ruled share ruled_share
    shift
    read -r gmime ours ruled share ruled_share < <("$BUILD/tests/support/read_loop" "$ROUNDS" templates/rules.yaml "$@") || {
        echo "bench: read_loop failed" >&2
        exit 1
    }
    printf '  %-24s GMime %9.1f us, reading %9.1f us (%s), with rules %9.1f us (%s)\n' "$name" "$gmime" "$ours" "$share" "$ruled" "$ruled_share"
    SHARE=$share
}

echo "reading beside plain GMime: microseconds a mail, and throughput as a share of GMime's; medians of $ROUNDS rounds"
for kind in plain html attachment; do
    line "$kind" "$kind"
    awk -v share="$SHARE" -v least="$LEAST" 'BEGIN { exit !(share < least) }' && failed=1
done
if [ -d "${CORPUS:-}" ]; then
    mapfile -t files < <(find "$CORPUS" -name '*.eml' | sort | head -400)
    [ "${#files[@]}" -gt 0 ] && line "${#files[@]} mails of the corpus" "${files[@]}"
fi
[ "$failed" -eq 0 ] || echo "below the aim of $LEAST"
exit "$failed"
