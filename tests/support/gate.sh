# shellcheck shell=bash
# For flow and crash tests that need a running gate: sourced, not run. Brings flow.sh along.
#
#   gate_config             writes $FLOW_FOLDER/postern.yaml: SQLite store, LMTP on a free port, a Maildir for outgoing
#                           mail. Before it, GATE_STORE, GATE_AGENTS, GATE_LISTEN, GATE_LMTP, GATE_OUTGOING (indented
#                           lines) and GATE_EXTRA (whole sections) change it.
#   gate_start [PROGRAM]    starts `serve` and waits until it is ready; sets GATE_PID and GATE_PORT. Its log is
#                           $FLOW_FOLDER/serve.log, those of earlier starts $FLOW_FOLDER/history.log. GATE_PREFIX
#                           (words) stands before the program: `setsid` gives it a session of its own.
#   gate_stop               SIGTERM, waits for the end; its exit code
#   postern …               the program with this configuration
#   send FILE [FROM [RCPT]] hands a mail in over LMTP and shows the dialogue; an empty FROM is the null sender
#   talk LINE…              says these lines to the gate at once, each with CR LF, and prints what comes back until it closes
#   settled N               TRUE when N mails have ended their way, none waits, and the equation holds
. "$(dirname "${BASH_SOURCE[0]}")/flow.sh"
BUILD=$(realpath "${BUILD:-build}")
PROGRAM=${PROGRAM:-$BUILD/postern}
GATE_PID=
GATE_PORT=

gate_config() {
    cat >"$FLOW_FOLDER/postern.yaml" <<EOF
domain: desk.test
store: ${GATE_STORE:-store}
trusted_authserv_id: mx.desk.test
agents:
  - name: kim
    display: Kim
    address: kim@agents.test
queues:
  - name: support
    display: Acme Support
    prefix: SUP
    addresses: [support@desk.test, help@desk.test]
    agents: [${GATE_AGENTS-kim}]
    answer_within: within one working day
  - name: billing
    display: Acme Billing
    prefix: BIL
    addresses: [billing@desk.test]
    agents: []
lmtp:
  listen: [${GATE_LISTEN:-'"127.0.0.1:0"'}]
${GATE_LMTP:-}
outgoing:
${GATE_OUTGOING:-  folder: outgoing}
${GATE_EXTRA:-}
EOF
}

postern() {
    "$PROGRAM" -c "$FLOW_FOLDER/postern.yaml" "$@"
}

gate_is_ready_or_gone() {
    grep -q 'gate: ready' "$FLOW_FOLDER/serve.log" || ! kill -0 "$GATE_PID" 2>/dev/null
}

gate_start() {
    [ ! -s "$FLOW_FOLDER/serve.log" ] || cat "$FLOW_FOLDER/serve.log" >>"$FLOW_FOLDER/history.log"
    : >"$FLOW_FOLDER/serve.log"
    # shellcheck disable=SC2086
    ${GATE_PREFIX:-} "${1:-$PROGRAM}" -c "$FLOW_FOLDER/postern.yaml" serve >>"$FLOW_FOLDER/serve.log" 2>&1 &
    GATE_PID=$!
    flow_wait 30 gate_is_ready_or_gone
    GATE_PORT=$(sed -n 's/.*LMTP on port \([0-9]*\).*/\1/p' "$FLOW_FOLDER/serve.log" | tail -1)
    grep -q 'gate: ready' "$FLOW_FOLDER/serve.log"
}

gate_stop() {
    local pid=$GATE_PID
    GATE_PID=
    kill -TERM "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
}

gate_end() {
    [ -z "$GATE_PID" ] || gate_stop
}
flow_at_exit gate_end

send() {
    [ -n "$GATE_PORT" ] || return 1
    local from=${2-anna@customer.test}
    swaks --protocol LMTP --server 127.0.0.1 --port "$GATE_PORT" --helo flow.test --from "${from:-<>}" \
        --to "${3:-support@desk.test}" --data @"$1" --suppress-data 2>&1
}

talk() {
    (
        exec 3<>"/dev/tcp/127.0.0.1/$GATE_PORT" || exit 1
        [ $# -eq 0 ] || printf '%s\r\n' "$@" >&3
        timeout 30 tr -d '\r' <&3
    )
}

# Compared as text: this jq calls no input at all a success.
settled() {
    [ "$(postern stats --json | jq ".waiting == 0 and .received == $1 and .holds")" = true ]
}
