#!/bin/bash
# kill -9 at random moments under load, CRASH_ROUNDS times (200): of the whole group, of the gate, a reader, the sender or the
# supervisor alone. What was answered 250 is there afterwards, exactly once, and was acknowledged exactly once.
# CRASH_SEED repeats a run's choices (the moments themselves depend on the machine).
. "$(dirname "$0")/../support/gate.sh"
. "$(dirname "$0")/../support/proof.sh"
. "$(dirname "$0")/../support/family.sh"

ROUNDS=${CRASH_ROUNDS:-200}
SEED=${CRASH_SEED:-$((RANDOM * 32768 + RANDOM))}
MAILS=40 # a round
LOOKED=0
RANDOM=$SEED
LEDGER=$FLOW_FOLDER/ledger
declare -A KILLS=()
echo "seed $SEED, $ROUNDS rounds"

GATE_AGENTS=
port=$(flow_port)
GATE_LISTEN="\"127.0.0.1:$port\""
GATE_EXTRA=$'limits:\n  acknowledgements_per_sender_hour: 1000\n  acknowledgements_per_hour: 1000000\n  automatic_per_hour: 10000000'
gate_config
: >"$LEDGER"

readies() {
    grep -c 'gate: ready' "$FLOW_FOLDER/serve.log"
}

is_ready_again() {
    [ "$(readies)" -gt "$1" ]
}

pause_ms() {
    sleep "$(printf '0.%03d' "$1")"
}

# The moment: so many mails are answered, then some milliseconds more.
await_progress() {
    local most=$((RANDOM % 4000)) wanted
    wanted=$(($(wc -l <"$LEDGER") + RANDOM % MAILS))
    while [ "$(wc -l <"$LEDGER")" -lt "$wanted" ] && ((most-- > 0)) && kill -0 "$LOAD" 2>/dev/null; do
        sleep 0.002
    done
    pause_ms $((RANDOM % 40))
}

kill_role() {
    local pid before
    before=$(readies)
    pid=$(family_one "$1")
    [ -n "$pid" ] || return 0
    kill -9 "$pid" 2>/dev/null
    wait "$LOAD"
    # The supervisor waits longer after each death: from the third on a new one is quicker.
    if [ "$1" = gate ] && ! { [ "$before" -le 2 ] && flow_wait 20 is_ready_again "$before"; }; then
        family_kill
    fi
}

kill_supervisor() {
    kill -9 "$GATE_PID"
    family_await_end
}

strike() {
    local dice=$((RANDOM % 100)) victim
    case $dice in
    [0-9] | [1-4][0-9]) victim=group ;;
    5[0-9] | 6[0-9]) victim=gate ;;
    7[0-9] | 8[0-4]) victim=reader ;;
    8[5-9] | 9[0-3]) victim=sender ;;
    *) victim=supervisor ;;
    esac
    KILLS[$victim]=$((${KILLS[$victim]:-0} + 1))
    case $victim in
    group) family_kill ;;
    supervisor) kill_supervisor ;;
    *) kill_role $victim ;;
    esac
}

# Killed while it starts, before anybody talks to it.
strike_early() {
    # shellcheck disable=SC2086
    $GATE_PREFIX "$PROGRAM" -c "$FLOW_FOLDER/postern.yaml" serve >>"$FLOW_FOLDER/history.log" 2>&1 &
    GATE_PID=$!
    pause_ms $((RANDOM % 150))
    kill -9 -- "-$GATE_PID" 2>/dev/null
    KILLS[start]=$((${KILLS[start]:-0} + 1))
    family_await_end
}

round() {
    if [ -z "$GATE_PID" ]; then
        ((RANDOM % 5)) || strike_early
        family_start "$1" || return 1
    fi
    "$BUILD/tests/support/lmtp_load" --to=support@desk.test --port="$port" --sessions=8 --count=$MAILS --tolerant \
        --mix=70:3072,20:20480,8:200000,2:1500000 --seed=$((SEED % 1000000 * 1000 + $1)) --senders=100000 \
        --ledger="$LEDGER" >/dev/null 2>>"$FLOW_FOLDER/load.log" &
    LOAD=$!
    await_progress
    strike
    wait "$LOAD" 2>/dev/null
}

all_settled() {
    [ "$(postern stats --json | jq '.waiting == 0 and .holds')" = true ]
}

all_sent() {
    [ "$(proof_sql "SELECT count(*) FROM outbox WHERE state <> 'sent'")" = 0 ]
}

# What was under way at three deaths of the sender is not sent again before a person has looked. Here that is us.
look_at_held() {
    local id
    for id in $(proof_sql "SELECT id FROM outbox WHERE state = 'held' AND last_error LIKE 'not tried again: it may have arrived%'"); do
        LOOKED=$((LOOKED + 1))
        postern outbox retry "$id" >/dev/null
    done
    all_sent
}

settle_all() {
    [ -n "$GATE_PID" ] || family_start "$1" || return 1
    flow_wait 120 all_settled || { echo "FAIL settled after round $1: $(postern stats 2>&1)"; FLOW_FAILED=1; }
    flow_wait 60 look_at_held || { echo "FAIL sent after round $1: $(postern stats 2>&1)"; FLOW_FAILED=1; }
}

# Cheap ones every few rounds, so that a fault is found near its cause.
prove_some() {
    local output
    settle_all "$1" || return 1
    output=$(proof_ledger "$LEDGER" && proof_nothing_doubled && proof_acknowledged && proof_store) && return 0
    echo "FAIL after round $1: $output"
    FLOW_FAILED=1
    return 1
}

# Everything that a killed process may cause its neighbours to say.
unexpected() {
    cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log" | grep -aE '^(error|warning) |AddressSanitizer|runtime error' |
        grep -avE '(gate|sender outgoing) was killed by signal 9; it starts again in' |
        grep -avE 'reading attempt [123]: (the reader failed on this mail|no reader can be started): killed by SIGKILL' |
        proof_none "words that nobody expected"
}

unread() {
    proof_sql "SELECT id, findings FROM messages WHERE findings LIKE '%could-not-be-read%'" |
        proof_none "nothing is wrong with these"
}

only_tickets() {
    proof_sql "SELECT id, fate FROM intake WHERE fate IS NOT 'ticketed'" | proof_none "neither lost nor doubled, but not a ticket"
}

load_was_clean() {
    proof_none "the load" <"$FLOW_FOLDER/load.log"
}

for ((n = 1; n <= ROUNDS; n++)); do
    round $n || break
    ((n % 25)) || prove_some $n || break
done
settle_all "$ROUNDS"
echo "killed: $(for victim in "${!KILLS[@]}"; do printf '%s %d, ' "$victim" "${KILLS[$victim]}"; done)"
echo "answered 250: $(wc -l <"$LEDGER"), kept: $(proof_sql 'SELECT count(*) FROM intake'), large: $(proof_sql \
    'SELECT count(*) FROM raw WHERE file IS NOT NULL')"
many() {
    [ "$(wc -l <"$LEDGER")" -gt $((ROUNDS * 5)) ] || { echo "only $(wc -l <"$LEDGER") mails were answered 250"; return 1; }
}
flow_check "the load got through" many
flow_check "nothing lost" proof_ledger "$LEDGER"
flow_check "originals byte for byte" proof_raw
flow_check "nothing doubled" proof_nothing_doubled
flow_check "every mail a ticket" only_tickets
flow_check "every mail read" unread
flow_check "one acknowledgement each" proof_acknowledged
flow_check "one outgoing file each" proof_maildir "$FLOW_FOLDER/outgoing"
flow_check "store sound, equation holds" proof_store
flow_check "no unexpected words" unexpected
flow_check "load without complaints" load_was_clean
seldom() {
    [ "$LOOKED" -le $((2 + ROUNDS / 20)) ] || { echo "$LOOKED outgoing mails waited for a person"; return 1; }
}
flow_check "a person is seldom needed" seldom
session=$GATE_PID
gate_stop
flow_equals "ends in order" 0 $?
GATE_PID=$session
flow_check "no stray processes" family_gone
GATE_PID=
flow_end
