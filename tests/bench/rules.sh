#!/bin/bash
# What many rules cost beside few, on the same mails: the rule step alone, and the whole way of a mail through a gate
# (taken over LMTP, read, ticket stored, acknowledgement queued). Interleaved rounds; ratios are medians of the pairs.
#
#   BENCH_ROUNDS=5           rounds
#   BENCH_RULES_MAILS=2000   mails a round of the whole way
#   BENCH_FOLDER=/var/tmp    where mail is stored: a real disk
#
# One rule in twelve has no word that must occur, one in six says itself what it needs. Mails are texts of 2.4 KB with
# words of a few of the rules in them.
export TMPDIR=${BENCH_FOLDER:-/var/tmp}
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
. tests/bench/measure.sh
. tests/bench/store.sh

ROUNDS=${BENCH_ROUNDS:-5}
MAILS=${BENCH_RULES_MAILS:-2000}
SIZES="10 100 1000"
MANY=$BUILD/tests/support/rules_many
ROWS=$FLOW_FOLDER/rows

give_up() {
    echo "bench: $1" >&2
    exit 1
}

for size in $SIZES; do
    "$MANY" rules "$size" >"$FLOW_FOLDER/rules-$size.yaml" || give_up "no rules"
done
"$MANY" text >"$FLOW_FOLDER/pool" || give_up "no texts"

# rule step: RULES MICROSECONDS RATIO FIELDS
step() {
    local files=()
    for size in $SIZES; do files+=("$FLOW_FOLDER/rules-$size.yaml"); done
    "$MANY" step $((ROUNDS * 3)) "${files[@]}" 2>/dev/null || give_up "the rule step failed"
}

load() { # COUNT SEED
    "$BUILD/tests/support/lmtp_load" --to support@desk.test --port "$GATE_PORT" --sessions 20 --count "$1" --senders 20000 \
        --size 2600 --pool "$FLOW_FOLDER/pool" --seed "$2" --json || give_up "the load failed"
}

# row: RULES ROUND MAILS SECONDS TICKS
whole_way() { # RULES ROUND
    local before json
    GATE_AGENTS='' GATE_STORE=store-$1-$2
    GATE_OUTGOING=$(printf '  server: 127.0.0.1\n  port: %s\n  security: none' "$(flow_port)")
    GATE_EXTRA=$(printf 'rules: %s\nlimits:\n  acknowledgements_per_hour: 1000000\n  automatic_per_hour: 10000000\n  acknowledgements_per_sender_hour: 1000' \
        "$FLOW_FOLDER/rules-$1.yaml")
    gate_config
    gate_start || give_up "the gate does not start: $(cat "$FLOW_FOLDER/serve.log")"
    store_connect "$FLOW_FOLDER/$GATE_STORE"
    load 200 "$((1000 + $2))" >/dev/null
    store_await
    before=$(measure_cost "$GATE_PID")
    json=$(load "$MAILS" "$2") || exit 1
    store_await "$(jq .seconds <<<"$json")"
    echo "$1 $2 $MAILS $STORED $(($(measure_cost "$GATE_PID") - before))" >>"$ROWS"
    store_disconnect
    gate_stop
    rm -rf "${FLOW_FOLDER:?}/$GATE_STORE"
}

# of the same round, the median of the pairs
ratio() { # RULES COLUMN
    awk -v rules="$1" -v column="$2" '{ value[$1, $2] = $column; if ($1 == rules) rounds[$2] }
        END { for (r in rounds) if (value[10, r] > 0) print value[rules, r] / value[10, r] }' "$ROWS" | measure_median
}
median() { # RULES EXPRESSION
    awk -v rules="$1" -v ticks="$TICKS" "\$1 == rules { print $2 }" "$ROWS" | measure_median
}
aim() { # TEXT MEASURED LIMIT
    awk -v text="$1" -v found="$2" -v limit="$3" 'BEGIN {
        printf "%-58s %8.2fx    %s\n", text, found, found <= limit ? "met" : "NOT MET" }'
}

: >"$ROWS"
step >"$FLOW_FOLDER/step"
for ((round = 1; round <= ROUNDS; round++)); do
    for size in $SIZES; do
        echo "  round $round of $ROUNDS, $size rules" >&2
        whole_way "$size" "$round"
    done
done

printf '%-10s %14s %8s %16s %8s %16s %8s\n' rules 'step us a mail' ratio 'whole CPU ms' ratio 'stored a second' ratio
while read -r size us part _; do
    printf '%-10s %14.1f %7.2fx %16.3f %7.2fx %16.0f %7.2fx\n' "$size" "$us" "$part" "$(median "$size" '$5 * 1000 / ticks / $3')" \
        "$(ratio "$size" 5)" "$(median "$size" '$3 / $4')" "$(awk -v r="$(ratio "$size" 4)" 'BEGIN { print (r > 0 ? 1 / r : 0) }')"
done <"$FLOW_FOLDER/step"
echo
aim 'the rule step, 1,000 rules: at most 4 times that of 10' "$(awk '$1 == 1000 { print $3 }' "$FLOW_FOLDER/step")" 4
aim 'the whole way in CPU, 1,000 rules: at most 1.3 times' "$(ratio 1000 5)" 1.3
aim 'the whole way in time, 1,000 rules: at most 1.3 times' "$(ratio 1000 4)" 1.3
