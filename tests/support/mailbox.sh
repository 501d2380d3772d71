# shellcheck shell=bash
# For flow and crash tests of mailboxes: sourced, not run. Brings gate.sh and dovecot.sh along.
#
#   mail NAME [HEADER LINE]       prints a small mail "mail NAME" from NAME@customer.test
#   mailbox NAME USER [YAML…]     prints an entry of `mailboxes`: USER of the private Dovecot, over TLS; further lines as given
#   mailboxes ENTRY…              gate_config with these entries
#   status NAME COLUMN            of the row of table mailboxes
#   is_state NAME STATE [ERROR]   TRUE in that state; ERROR is a pattern for its words
#   has_no_error NAME
#   ledger NAME STATE             how many rows: taken, finished, failed, "too large"
#   is_ledger NAME STATE COUNT
#   is_count USER FOLDER COUNT [SEARCH…]   of mails on the server
#   subjects                      of all tickets, sorted, in one line
. "$(dirname "${BASH_SOURCE[0]}")/gate.sh"
. "$(dirname "${BASH_SOURCE[0]}")/dovecot.sh"
DATABASE=$FLOW_FOLDER/store/postern.db

mail() {
    printf 'Return-Path: <%s@customer.test>\nFrom: %s <%s@customer.test>\nTo: support@desk.test\nSubject: mail %s\n' "$1" "$1" "$1" "$1"
    printf 'Message-ID: <%s@customer.test>\n%s\nThis is the mail %s.\n' "$1" "${2:+$2$'\n'}" "$1"
}

mailbox() {
    local name=$1 user=$2
    shift 2
    printf '  - name: %s\n    server: localhost\n    port: %s\n    user: %s\n    queue: support\n    ca_file: %s\n' \
        "$name" "$DOVECOT_IMAPS" "$user" "$DOVECOT_CA"
    [[ "$*" == *sign_in:* ]] || printf '    password_file: password-%s\n' "$user"
    [ $# -eq 0 ] || printf '    %s\n' "$@"
    (umask 077 && printf 'secret-%s\n' "$user" >"$FLOW_FOLDER/password-$user")
}

mailboxes() {
    GATE_EXTRA="${MAILBOX_EXTRA:-}
mailboxes:
$(printf '%s\n' "$@")"
    gate_config
}

mailbox_sql() {
    sqlite3 -cmd '.timeout 5000' "$DATABASE" "$1"
}

status() {
    mailbox_sql "SELECT $2 FROM mailboxes WHERE name = '$1'"
}

is_state() {
    [ "$(status "$1" state)" = "$2" ] && { [ -z "${3:-}" ] || grep -qE -- "$3" <<<"$(status "$1" error)"; }
}

has_no_error() {
    [ "$(status "$1" 'error IS NULL')" = 1 ]
}

ledger() {
    mailbox_sql "SELECT count(*) FROM fetched m JOIN folders f ON f.id = m.folder_id WHERE f.mailbox = '$1' AND m.state = '$2'"
}

is_ledger() {
    [ "$(ledger "$1" "$2")" = "$3" ]
}

is_count() {
    local user=$1 folder=$2 count=$3
    shift 3
    [ "$(dovecot_count "$user" "$folder" "$@")" = "$count" ]
}

subjects() {
    postern ticket list --json | jq -r '.[].subject' | sort | tr '\n' ' '
}
