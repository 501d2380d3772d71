#!/bin/bash
# Mailboxes in: a real Dovecot, whose mail becomes tickets, each mail once, whatever happens on the way.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
. tests/support/dovecot.sh
DATABASE=$FLOW_FOLDER/store/postern.db
GATE_AGENTS=

mail() { # NAME [EXTRA HEADER LINE]
    printf 'Return-Path: <%s@customer.test>\nFrom: %s <%s@customer.test>\nTo: support@desk.test\nSubject: mail %s\nMessage-ID: <%s@customer.test>\n%s\nThis is the mail %s.\n' \
        "$1" "$1" "$1" "$1" "$1" "${2:+$2$'\n'}" "$1"
}

# mailbox NAME USER [YAML LINE…]: one entry under `mailboxes`, over TLS with our CA unless the lines say otherwise.
mailbox() {
    local name=$1 user=$2
    shift 2
    printf '  - name: %s\n    server: localhost\n    port: %s\n    user: %s\n    password_file: %s\n    queue: support\n' \
        "$name" "$DOVECOT_IMAPS" "$user" "password-$user"
    printf '    ca_file: %s\n' "$DOVECOT_CA"
    [ $# -eq 0 ] || printf '    %s\n' "$@"
    (umask 077 && printf 'secret-%s\n' "$user" >"$FLOW_FOLDER/password-$user")
}

mailboxes() { # ENTRY…
    GATE_EXTRA="mailboxes:
$(printf '%s\n' "$@")"
    gate_config
}

status() { # MAILBOX COLUMN
    sqlite3 -cmd '.timeout 5000' "$DATABASE" "SELECT $2 FROM mailboxes WHERE name = '$1'"
}
ledger() { # MAILBOX STATE: how many
    sqlite3 -cmd '.timeout 5000' "$DATABASE" "SELECT count(*) FROM fetched m JOIN folders f ON f.id = m.folder_id WHERE f.mailbox = '$1' AND m.state = '$2'"
}
is_state() { # MAILBOX STATE [ERROR PATTERN]
    [ "$(status "$1" state)" = "$2" ] && { [ -z "${3:-}" ] || grep -qE -- "$3" <<<"$(status "$1" error)"; }
}
is_ledger() { # MAILBOX STATE COUNT
    [ "$(ledger "$1" "$2")" = "$3" ]
}
is_count() { # USER FOLDER COUNT [SEARCH…]
    local user=$1 folder=$2 count=$3
    shift 3
    [ "$(dovecot_count "$user" "$folder" "$@")" = "$count" ]
}
subjects() {
    postern ticket list --json | jq -r '.[].subject' | sort | tr '\n' ' '
}

dovecot_user box
flow_check "a Dovecot of our own starts" dovecot_start
mail old | dovecot_save box INBOX

# --- the main path: what comes from the first contact on, in the middle of IDLE ---
mailboxes "$(mailbox front box 'poll: 1h')"
flow_check "the configuration is right" postern check
flow_check "a gate with a mailbox starts" gate_start
flow_equals "the socket for fetchers is ours alone" 600 "$(stat -c %a "$FLOW_FOLDER/store/fetch.sock")"
flow_check "the mailbox waits in IDLE" flow_wait 20 is_state front waiting
mail first | dovecot_save box INBOX
flow_check "a mail that comes becomes a ticket, though the next poll is an hour away" flow_wait 20 settled 1
flow_equals "and what was there before does not" "mail first " "$(subjects)"
[ -z "${FLOW_SHOW:-}" ] || cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log"
flow_end
