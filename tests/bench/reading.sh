#!/bin/bash
# Throughput of reading beside plain GMime's (parse, decode each leaf, texts to UTF-8, decode Subject and From) on the same
# mails, in alternating rounds of one process. Told apart: reading with the starter rules.
#
#   BENCH_ROUNDS=5     rounds
#   CORPUS=folder      its mails (*.eml) as well
#
# Exit code 1 when reading without rules is below READING_LEAST (0.67) of GMime's throughput on the mix: of twenty mails
# sixteen are short text, three have HTML, one has an attachment. The others show where the time goes.
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
done
mapfile -t mix < <(for ((i = 0; i < 16; i++)); do echo plain; done && printf 'html\nhtml\nhtml\nattachment\n')
line "mix of 20" "${mix[@]}"
awk -v share="$SHARE" -v least="$LEAST" 'BEGIN { exit !(share < least) }' && failed=1
if [ -d "${CORPUS:-}" ]; then
    mapfile -t files < <(find "$CORPUS" -name '*.eml' | sort)
    [ "${#files[@]}" -gt 0 ] && line "${#files[@]} mails of the corpus" "${files[@]}"
fi
[ "$failed" -eq 0 ] || echo "below the aim of $LEAST"
exit "$failed"
