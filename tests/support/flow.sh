# shellcheck shell=bash
# What flow and crash scripts share; to be sourced. Makes a folder of its own in $FLOW, and removes it and every process
# that was started when the script ends.
#
#   check NAME COMMAND…      prints "ok NAME" or "FAIL NAME"
#   wait_until COMMAND…      until it succeeds; FALSE after a bounded number of tries
#   postern_config [LINES]   writes $FLOW/postern.yaml: SQLite store, LMTP on a free port, a folder for outgoing mail;
#                            POSTERN_OUTGOING, POSTERN_EXTRA replace or add sections
#   postern_start [PROGRAM]  starts `serve`, waits until it is ready; sets POSTERN_PID and POSTERN_PORT
#   postern_stop             SIGTERM, and waits for the end
#   postern …                the program with this configuration
#   send FILE [FROM [RCPT]]  hands a mail in over LMTP (swaks); shows the dialogue
#   settled N                TRUE when N mails have ended their way and none waits
set -u
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
PROGRAM=${PROGRAM:-$BUILD/postern}
SUPPORT=$BUILD/tests/support
FLOW=$(mktemp -d "${TMPDIR:-/tmp}/postern-flow.XXXXXX")
POSTERN_PID=
FAILED=0
flow_cleanup() {
    local pid
    for pid in $(jobs -p); do kill -TERM "$pid" 2>/dev/null; done
    wait 2>/dev/null
    command -v flow_after >/dev/null && flow_after
    rm -rf "$FLOW"
}
trap 'flow_cleanup' EXIT
trap 'exit 1' INT TERM

ok() { echo "ok $*"; }
fail() {
    echo "FAIL $*"
    FAILED=1
}
check() {
    local name=$1
    shift
    if "$@" >"$FLOW/check.out" 2>&1; then
        ok "$name"
    else
        fail "$name: $* gave $?"
        tail -n 15 "$FLOW/check.out" | sed 's/^/    /'
    fi
}
equals() { # NAME EXPECTED FOUND
    if [ "$2" = "$3" ]; then ok "$1"; else fail "$1: expected '$2', found '$3'"; fi
}
contains() { # NAME TEXT PATTERN (extended regular expression)
    if grep -qE -- "$3" <<<"$2"; then ok "$1"; else fail "$1: '$3' is not in: $(head -c 600 <<<"$2")"; fi
}
lacks() {
    if grep -qE -- "$3" <<<"$2"; then fail "$1: '$3' is in: $(head -c 600 <<<"$2")"; else ok "$1"; fi
}
wait_until() {
    local i
    for ((i = 0; i < ${WAIT_TRIES:-600}; i++)); do
        "$@" >/dev/null 2>&1 && return 0
        read -rt 0.05 <> <(:) || :
    done
    return 1
}
postern_config() {
    mkdir -p "$FLOW/store"
    cat >"$FLOW/postern.yaml" <<EOF
domain: desk.test
store: ${POSTERN_STORE:-store}
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
    agents: [${POSTERN_AGENTS-kim}]
    answer_within: one working day
  - name: billing
    display: Acme Billing
    prefix: BIL
    addresses: [billing@desk.test]
    agents: []
lmtp:
  listen: [${POSTERN_LISTEN:-'"127.0.0.1:0"'}]
${POSTERN_LMTP:-}
outgoing:
${POSTERN_OUTGOING:-  folder: outgoing}
${POSTERN_EXTRA:-}
EOF
}
postern() { "$PROGRAM" -c "$FLOW/postern.yaml" "$@"; }
postern_ready() {
    grep -q 'ready' "$FLOW/serve.log" && return 0
    kill -0 "$POSTERN_PID" 2>/dev/null || return 0
    return 1
}
postern_start() {
    : >"$FLOW/serve.log"
    "${1:-$PROGRAM}" -c "$FLOW/postern.yaml" serve >>"$FLOW/serve.log" 2>&1 &
    POSTERN_PID=$!
    wait_until postern_ready
    POSTERN_PORT=$(sed -n 's/.*LMTP on port \([0-9]*\).*/\1/p' "$FLOW/serve.log" | tail -1)
    grep -q ready "$FLOW/serve.log"
}
postern_stop() {
    kill -TERM "$POSTERN_PID" 2>/dev/null
    wait "$POSTERN_PID" 2>/dev/null
}
send() {
    swaks --protocol LMTP --server 127.0.0.1 --port "$POSTERN_PORT" --helo flow.test --from "${2:-anna@customer.test}" \
        --to "${3:-support@desk.test}" --data @"$1" --suppress-data 2>&1
}
settled() {
    postern stats --json | jq -e ".waiting == 0 and .received == $1 and .holds" >/dev/null
}
finish() {
    [ "$FAILED" -eq 0 ]
    exit
}
