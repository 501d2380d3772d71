# shellcheck shell=bash
# For flow tests of agents at their desk: sourced, not run. Brings gate.sh along. Agents are kim (Kim Lee), lee (Lee Ahn)
# and max (Max Roth, who gets no notices), the admin is ada; mail of theirs counts as proven with $PROVEN.
#
#   desk_config                  gate_config for such a desk; DESK_BORDER= (empty): without a trusted border server
#   compose FILE FROM SUBJECT [HEADER…] <TEXT    writes $FLOW_FOLDER/FILE; To and Message-ID are made
#   give FILE [SENDER [RCPT]]    hands it in and waits until it has ended its way; then $ID and $MAIL are its id (a number,
#                                and as commands take it), $FATE, $REASON and $REF what became of it
#   look                         from now on `sent` and `written` mean only what comes later
#   sent                         a line for each mail that was written since: KIND TO FILE, the file decoded
#   written KIND TO              the file of the first such mail
#   opened NAME                  NAME@customer.test asks something: $TICKET, $TICKET_ID, TOKEN and NOTICE (by kim, lee,
#                                customer): reply addresses and Message-IDs
#   reply FILE AGENT [HEADER…] <TEXT   the agent answers his notice of $TICKET; PROOF, FROM, SENDER, RCPT, SUBJECT,
#                                ANSWERED change it
#   db SQL                       what the store has
#   ticket REF JQ                of `ticket show --json`
#
# A function may stand behind a pipe: it runs in this shell. A script whose mail goes another way has its own hand_in.
. "$(dirname "${BASH_SOURCE[0]}")/gate.sh"
shopt -s lastpipe
DATABASE=$FLOW_FOLDER/store/postern.db
PROVEN='Authentication-Results: mx.desk.test; dmarc=pass header.from=agents.test'
PROVEN_CUSTOMER='Authentication-Results: mx.desk.test; dmarc=pass header.from=customer.test'
declare -A TOKEN NOTICE
declare -A NAMES=([kim]='Kim Lee' [lee]='Lee Ahn' [max]='Max Roth' [ada]='Ada')
MARK=0
COMPOSED=0

desk_config() {
    GATE_AGENTS='kim, lee'
    GATE_EXTRA="${GATE_EXTRA:-}
admins:
  addresses: [ada@agents.test]"
    gate_config
    sed -i 's/display: Kim$/display: Kim Lee/
        s/^queues:/  - {name: lee, display: Lee Ahn, address: lee@agents.test}\n  - {name: max, display: Max Roth, address: max@agents.test}\nqueues:/' \
        "$FLOW_FOLDER/postern.yaml"
    [ -n "${DESK_BORDER-yes}" ] || sed -i '/^trusted_authserv_id/d' "$FLOW_FOLDER/postern.yaml"
}

db() {
    sqlite3 -cmd '.timeout 10000' "$DATABASE" "$1"
}

ticket() {
    postern ticket show "$1" --json | jq -r "$2"
}

compose() {
    local file=$FLOW_FOLDER/$1 from=$2 subject=$3
    COMPOSED=$((COMPOSED + 1))
    local id="c$COMPOSED.${1//[^a-z0-9]/}@client.test"
    shift 3
    # What servers write stands first.
    { printf '%s\n' "$@" | grep -E '^(Authentication-Results|Received|Return-Path|Delivered-To):'
        printf '%s\n' "From: $from" "To: ${TO:-support@desk.test}" "Subject: $subject"
        printf '%s\n' "$@" | grep -qi '^Message-ID:' || printf '%s\n' "Message-ID: <$id>"
        printf '%s\n' "$@" | grep -vE '^(Authentication-Results|Received|Return-Path|Delivered-To):' | grep .
        echo
        cat
    } >"$file"
}

# The id of a mail as commands take it.
mail_id() {
    local digits=0123456789abcdefghjkmnpqrstvwxyz number=$1 text='' i
    for ((i = 0; i < 13; i++)); do
        text=${digits:number & 31:1}$text
        number=$((number >> 5))
    done
    echo "$text"
}

hand_in() { # FILE SENDER RCPT
    "$BUILD/tests/support/lmtp_send" "$GATE_PORT" "$2" "$3" "$FLOW_FOLDER/$1"
}

# All that came after LAST has ended its way, and something did.
has_ended() {
    [ "$(db "SELECT count(*) > 0 AND (SELECT count(*) FROM intake WHERE fate IS NULL) = 0 FROM intake WHERE id > $1")" = 1 ]
}

give() {
    local last
    last=$(db 'SELECT coalesce(max(id), 0) FROM intake')
    hand_in "$1" "${2-anna@customer.test}" "${3:-support@desk.test}" >"$FLOW_FOLDER/dialogue" 2>&1 || {
        echo "FAIL $1 is not taken: $(head -c 1000 "$FLOW_FOLDER/dialogue")"
        FLOW_FAILED=1
        return 1
    }
    flow_wait 60 has_ended "$last" || {
        echo "FAIL $1 does not end its way: $(tail -3 "$FLOW_FOLDER/serve.log")"
        FLOW_FAILED=1
    }
    IFS='|' read -r ID FATE REASON REF < <(db "SELECT i.id, i.fate, coalesce(i.reason, ''), coalesce(t.ref, '')
        FROM intake i LEFT JOIN messages m ON m.id = i.id LEFT JOIN tickets t ON t.id = m.ticket_id
        WHERE i.id > $last ORDER BY i.id DESC LIMIT 1")
    MAIL=$(mail_id "$ID")
}

look() {
    MARK=$(db 'SELECT coalesce(max(id), 0) FROM outbox')
}

sent() {
    local id kind to
    mkdir -p "$FLOW_FOLDER/sent"
    db "SELECT id, kind, to_address, writefile('$FLOW_FOLDER/sent/' || id || '.eml', bytes) FROM outbox
        WHERE id > $MARK ORDER BY id" | while IFS='|' read -r id kind to _; do
        [ -e "$FLOW_FOLDER/sent/$id" ] || "$BUILD/tests/support/mail_words" "$FLOW_FOLDER/sent/$id.eml" >"$FLOW_FOLDER/sent/$id"
        echo "$kind $to $FLOW_FOLDER/sent/$id"
    done
}

written() {
    sent | awk -v kind="$1" -v to="$2" '$1 == kind && $2 == to { print $3; exit }'
}

# field NAME FILE: of a file of `sent`
field() {
    sed -n -e '/^== /q' -e "s/^$1: //p" "$2"
}

token_of() { # FILE
    field Reply-To "$1" | grep -o '[a-z]*+[a-z2-7]*@desk\.test' | tail -1
}

opened() {
    local name=$1 who kind to file
    look
    compose "opened-$name" "Customer ${1^} <$1@customer.test>" "Question $1" "$PROVEN_CUSTOMER" <<<"This is the question $1 of a customer."
    give "opened-$name" "$1@customer.test" || return 1
    TICKET=$REF
    TICKET_ID=$(db "SELECT id FROM tickets WHERE ref = '$REF'")
    TOKEN=() NOTICE=()
    while read -r kind to file; do
        case $kind in notice | acknowledgement) ;; *) continue ;; esac
        who=${to%%@*}
        [ "$who" != "$name" ] || who=customer
        TOKEN[$who]=$(token_of "$file")
        NOTICE[$who]=$(field Message-ID "$file")
    done < <(sent)
    [ -n "${TOKEN[kim]:-}" ] && [ -n "${TOKEN[lee]:-}" ] && [ -n "${TOKEN[customer]:-}" ] || {
        echo "FAIL opened $name: not everybody has an address to reply to: $(declare -p TOKEN)"
        FLOW_FAILED=1
    }
    look
}

reply() {
    local file=$1 who=$2
    shift 2
    TO=${TO:-${RCPT:-${TOKEN[$who]}}} compose "$file" "${FROM:-${NAMES[$who]} <$who@agents.test>}" "${SUBJECT-Re: Question [$TICKET]}" \
        "${PROOF-$PROVEN}" "In-Reply-To: ${ANSWERED:-${NOTICE[$who]}}" "References: ${ANSWERED:-${NOTICE[$who]}}" "$@"
    give "$file" "${SENDER-$who@agents.test}" "${RCPT:-${TOKEN[$who]}}"
}
