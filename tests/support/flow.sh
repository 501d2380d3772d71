# For flow tests: sourced, not run. A temporary folder that goes away again, `ok` and `fail` lines, waiting
# for conditions with a bound, free ports.
#
#   . tests/support/flow.sh      sets $FLOW_FOLDER (readable by other users: servers drop their privileges)
#   flow_at_exit COMMAND         is run at the end, last one first
#   flow_wait SECONDS COMMAND…   until the command succeeds; fails when it does not in time
#   flow_port                    prints a port of loopback on which nobody listens
#   flow_check NAME COMMAND…     "ok NAME", or "FAIL NAME: why" with the command's output; it runs in this shell, so
#                                that a function may start something and set variables
#   flow_equals NAME EXPECTED FOUND, flow_contains NAME TEXT PATTERN, flow_lacks NAME TEXT PATTERN
#   flow_end                     ends the script: 1 when anything failed

set -u
FLOW_FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/postern-flow-XXXXXX")
chmod 755 "$FLOW_FOLDER"
FLOW_FAILED=0
FLOW_AT_EXIT=()

flow_clean_up() {
    local i
    for ((i = ${#FLOW_AT_EXIT[@]} - 1; i >= 0; i--)); do
        eval "${FLOW_AT_EXIT[i]}"
    done
    rm -rf "$FLOW_FOLDER"
}
trap flow_clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

flow_at_exit() {
    FLOW_AT_EXIT+=("$1")
}

flow_wait() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || return 1
        sleep 0.05
    done
}

flow_listens() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

flow_port() {
    local port
    while :; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        flow_listens "$port" || break
    done
    echo "$port"
}

flow_check() {
    local flow_name=$1 flow_output=$FLOW_FOLDER/flow_check.$BASHPID
    shift
    if "$@" >"$flow_output" 2>&1; then
        echo "ok $flow_name"
    else
        echo "FAIL $flow_name: $(head -c 4000 "$flow_output" | grep . || echo "no reason given")"
        FLOW_FAILED=1
    fi
    rm -f "$flow_output"
}

flow_equals() {
    if [ "$2" = "$3" ]; then
        echo "ok $1"
    else
        echo "FAIL $1: expected '$2', found '$3'"
        FLOW_FAILED=1
    fi
}

flow_contains() {
    if grep -qE -- "$3" <<<"$2"; then
        echo "ok $1"
    else
        echo "FAIL $1: '$3' is not in: $(head -c 600 <<<"$2")"
        FLOW_FAILED=1
    fi
}

flow_lacks() {
    if grep -qE -- "$3" <<<"$2"; then
        echo "FAIL $1: '$3' is in: $(head -c 600 <<<"$2")"
        FLOW_FAILED=1
    else
        echo "ok $1"
    fi
}

flow_end() {
    exit "$FLOW_FAILED"
}
