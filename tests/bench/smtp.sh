#!/bin/bash
# Mail out: what a sender takes out of a full outbox and into smtp-sink(1), beside smtp-source(1) into the same
# smtp-sink, both over one connection, mails of the same size; interleaved rounds, the median of the pairs.
#
#   BENCH_ROUNDS=5          rounds
#   BENCH_SMTP_MAILS=3000   mails a round
#   BENCH_FOLDER=/var/tmp   where the outbox is stored: a real disk
#
# The sender claims and marks in the store, with sync calls; smtp-source makes its mails up. Times of the sender
# run from its first to its last mark in the trail.
export TMPDIR=${BENCH_FOLDER:-/var/tmp}
export PATH=$PATH:/usr/sbin
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
. tests/support/proof.sh
. tests/bench/measure.sh

ROUNDS=${BENCH_ROUNDS:-5}
MAILS=${BENCH_SMTP_MAILS:-3000}
SINK_PORT=$(flow_port)
AS=()
[ "$(id -u)" -eq 0 ] && AS=(-u nobody)
RATIOS=$FLOW_FOLDER/ratios

give_up() {
    echo "bench: $1" >&2
    exit 1
}

sink_start() {
    smtp-sink "${AS[@]}" "127.0.0.1:$SINK_PORT" 100 &
    SINK=$!
    flow_wait 10 flow_listens "$SINK_PORT" || give_up "smtp-sink does not listen"
}
sink_stop() {
    [ -z "$SINK" ] && return
    kill "$SINK" 2>/dev/null
    wait "$SINK" 2>/dev/null
    SINK=
}
SINK=
flow_at_exit sink_stop

all_settled() {
    [ "$(postern stats --json | jq .waiting)" = 0 ]
}
all_sent() {
    [ "$(proof_sql "SELECT count(*) FROM outbox WHERE state <> 'sent'")" = 0 ]
}

# An outbox of so many acknowledgements that nobody takes.
fill() {
    GATE_AGENTS='' GATE_STORE=$1
    GATE_OUTGOING=$(printf '  server: 127.0.0.1\n  port: %s\n  security: none' "$SINK_PORT")
    GATE_EXTRA=$'limits:\n  acknowledgements_per_hour: 1000000\n  automatic_per_hour: 10000000\n  acknowledgements_per_sender_hour: 1000'
    gate_config
    gate_start || give_up "the gate does not start"
    "$BUILD/tests/support/lmtp_load" --to support@desk.test --port "$GATE_PORT" --sessions 20 --count "$MAILS" --senders 20000 \
        --seed "$2" >/dev/null || give_up "the load failed"
    flow_wait 120 all_settled
    gate_stop
    proof_sql "UPDATE outbox SET next_us = 0, attempts = 0, state = 'queued'"
}

# Mails a second, from the trail.
drain() {
    gate_start || give_up "the gate does not start"
    flow_wait 120 all_sent || give_up "the outbox is not sent: $(postern stats)"
    gate_stop
    proof_sql "SELECT count(*) * 1e6 / (max(at_us) - min(at_us)) FROM events WHERE what = 'sent'"
}

source_rate() { # SIZE
    local begin=$EPOCHREALTIME
    smtp-source -d -s 1 -m "$MAILS" -l "$1" -f support@desk.test -t anna@customer.test "inet:127.0.0.1:$SINK_PORT" >/dev/null 2>&1 ||
        give_up "smtp-source failed"
    awk -v a="$begin" -v b="$EPOCHREALTIME" -v n="$MAILS" 'BEGIN { print n / (b - a) }'
}

for ((round = 1; round <= ROUNDS; round++)); do
    echo "  round $round of $ROUNDS, smtp" >&2
    fill "outbox-$round" "$round"
    size=$(proof_sql "SELECT CAST(avg(length(bytes)) AS INTEGER) FROM outbox")
    sink_start
    source=$(source_rate "$size")
    postern_rate=$(drain)
    sink_stop
    rm -rf "${FLOW_FOLDER:?}/outbox-$round"
    echo "$source $postern_rate $size" >>"$RATIOS"
done
printf '\nMail out, one connection, %s mails of %s bytes a round, %s rounds\n' "$MAILS" "$size" "$ROUNDS"
printf '%-28s %9.0f mails/s\n' smtp-source "$(awk '{ print $1 }' "$RATIOS" | measure_median)"
printf '%-28s %9.0f mails/s\n' 'postern, out of its outbox' "$(awk '{ print $2 }' "$RATIOS" | measure_median)"
printf '%-28s %8.2fx (aim: at least 0.5)\n' ratio "$(awk '{ print $2 / $1 }' "$RATIOS" | measure_median)"
