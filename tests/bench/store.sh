# shellcheck shell=bash
# For bench.sh: looks into the store of a running gate through one sqlite3 process that stays. Sourced, not run,
# and not to be used in subshells: they do not have the pipes of a coprocess.
#
#   store_connect FOLDER    store_disconnect
#   store_ask SQL           its one value in $ANSWER
#   store_await [SECONDS]   until no accepted mail waits; SECONDS and the time that this took, added up, in $STORED
#   store_has_all           ends the run unless every mail is a ticket with a queued acknowledgement

store_connect() {
    coproc STORE { exec sqlite3 -batch -readonly -cmd '.timeout 10000' "$1/postern.db"; }
}

store_disconnect() {
    exec {STORE[1]}>&-
    wait "$STORE_PID" 2>/dev/null
}

store_ask() {
    echo "$1;" >&"${STORE[1]}"
    read -r ANSWER <&"${STORE[0]}"
}

exec {STORE_NEVER}<> <(:)
store_await() {
    local began=$EPOCHREALTIME
    while store_ask 'SELECT count(*) FROM (SELECT 1 FROM intake WHERE fate IS NULL LIMIT 1)' && [ "$ANSWER" != 0 ]; do
        # Sleeps without a process of its own.
        read -rt 0.01 -u "$STORE_NEVER"
    done
    STORED=$(awk -v load="${1:-0}" -v began="$began" -v ended="$EPOCHREALTIME" 'BEGIN { printf "%.3f", load + ended - began }')
}

store_has_all() {
    store_ask "SELECT (SELECT count(*) FROM intake) || ' ' || (SELECT count(*) FROM tickets) || ' ' ||
        (SELECT count(*) FROM outbox WHERE kind = 'acknowledgement')"
    local accepted tickets acknowledged
    read -r accepted tickets acknowledged <<<"$ANSWER"
    [ "${accepted:-0}" -gt 0 ] && [ "$accepted" = "$tickets" ] && [ "$accepted" = "$acknowledged" ] && return
    echo "bench: $accepted mails gave $tickets tickets and $acknowledged acknowledgements" >&2
    exit 1
}
