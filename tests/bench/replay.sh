#!/bin/bash
# Speed of `rules replay`: two sets, the starter rules and the same with one rule renamed, over stored mails of some 2 KB.
# Beside it, in the same rounds, the same mails read with a single rule that never matches: plain reading. The figures
# are medians of the rounds; the ratio moves less with the machine than the rate.
#
#   BENCH_ROUNDS=5          rounds
#   BENCH_MAILS=20000       mails in the store
#   BENCH_FOLDER=/var/tmp   where they are stored
#
# Exit code 1 when the rate is below REPLAY_LEAST (3000) mails/s.
export TMPDIR=${BENCH_FOLDER:-/var/tmp}
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh

ROUNDS=${BENCH_ROUNDS:-5}
MAILS=${BENCH_MAILS:-20000}
LEAST=${REPLAY_LEAST:-3000}

seconds() { # COMMAND…
    local began=$EPOCHREALTIME
    "$@" >"$FLOW_FOLDER/out" || {
        echo "bench: $* failed: $(head -c 1000 "$FLOW_FOLDER/out")" >&2
        exit 1
    }
    awk -v began="$began" -v ended="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", ended - began }'
}

median() {
    sort -n | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'
}

gate_config
"$BUILD/tests/support/field_mails" "$MAILS" >"$FLOW_FOLDER/mails.mbox"
postern import -q "$FLOW_FOLDER/mails.mbox" >/dev/null || exit 1
sed 's/name: app-id-after-key-word/name: app-id-renamed/' templates/rules.yaml >"$FLOW_FOLDER/renamed.yaml"
cat >"$FLOW_FOLDER/plain.yaml" <<'END'
fields:
  nothing:
    rules:
      - name: nothing
        needs: [qqzzqq]
        pattern: '(?<value>qqzzqq)'
        type: text
        examples:
          - {text: 'x qqzzqq', finds: 'qqzzqq'}
END
for ((round = 1; round <= ROUNDS; round++)); do
    seconds postern -q rules coverage --json --rules "$FLOW_FOLDER/plain.yaml" >>"$FLOW_FOLDER/plain"
    seconds postern -q rules replay --json --rules "$FLOW_FOLDER/renamed.yaml" >>"$FLOW_FOLDER/replay"
done
[ "$(jq .mails "$FLOW_FOLDER/out")" = "$MAILS" ] || {
    echo "bench: not all mails were read" >&2
    exit 1
}
awk -v mails="$MAILS" -v plain="$(median <"$FLOW_FOLDER/plain")" -v replay="$(median <"$FLOW_FOLDER/replay")" \
    -v least="$LEAST" -v rounds="$ROUNDS" -v cores="$(nproc)" 'BEGIN {
    printf "replay of %d mails on %d cores, medians of %d rounds\n", mails, cores, rounds
    printf "  plain reading            %6.0f mails/s\n", mails / plain
    printf "  two sets compared        %6.0f mails/s, %.2f times the time of plain reading\n", mails / replay, replay / plain
    exit mails / replay < least }'
