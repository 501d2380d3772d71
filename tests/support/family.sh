# shellcheck shell=bash
# For crash tests that kill processes of a running gate: sourced after gate.sh, not run. The gate needs a session of its own:
# it sets GATE_PREFIX=setsid.
#
#   family                 a line for each living process of the gate: state, PID, arguments. The dead wait for whoever adopted them
#   family_one ROLE        a process with this role (gate, reader, sender, fetcher), by chance
#   family_gone            TRUE when none lives
#   family_await_end       waits until all have ended by themselves
#   family_kill            kill -9 to all of them
#   family_start ROUND     gate_start, or a FAIL line
GATE_PREFIX=setsid

family() {
    ps -o stat=,pid=,args= -s "$GATE_PID" 2>/dev/null | grep -v '^Z'
}

family_one() {
    family | awk -v role="$1" '$NF == role || $(NF - 1) == role { print $2 }' | shuf -n 1
}

family_gone() {
    [ -z "$(family)" ]
}

family_await_end() {
    flow_wait 60 family_gone || { echo "FAIL stray processes: $(family)"; FLOW_FAILED=1; }
    wait "$GATE_PID" 2>/dev/null
    GATE_PID=
} 2>/dev/null

family_kill() {
    kill -9 -- "-$GATE_PID"
    family_await_end
}

family_start() {
    gate_start && return 0
    echo "FAIL start in round $1: $(tail -3 "$FLOW_FOLDER/serve.log")"
    FLOW_FAILED=1
    return 1
}
