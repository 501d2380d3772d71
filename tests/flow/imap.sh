#!/bin/bash
# Mailboxes in: a real Dovecot whose mail becomes tickets, each mail once, in every way that a mailbox can be configured.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/mailbox.sh
GATE_AGENTS=

for user in box flags moves deletes many since member team token plain; do
    dovecot_user "$user"
done
flow_check "a Dovecot of our own starts" dovecot_start
for user in box many; do
    mail "$user-old" | dovecot_save "$user" INBOX
done
mail umlaut | dovecot_save many 'Entwürfe/Größe'
mail deep | dovecot_save many 'Support/Level 1'
for user in flags moves deletes; do
    mail "$user" | dovecot_save "$user" INBOX
done
dovecot_adm mailbox create -u moves Done
mail team | dovecot_save team INBOX
dovecot_share team member INBOX lookup read write write-seen >/dev/null
# A mail of last year and one of today: the server's date is that of the file.
mail new-year >"$FLOW_FOLDER/since-old"
dovecot_adm mailbox status -u since messages INBOX >/dev/null
install -o "$DOVECOT_USER" -g "$DOVECOT_GROUP" "$FLOW_FOLDER/since-old" "$DOVECOT_FOLDER/mail/since/Maildir/new/1000000001.M1P1.old"
touch -d '2020-01-01' "$DOVECOT_FOLDER/mail/since/Maildir/new/1000000001.M1P1.old"
mail since-today | dovecot_save since INBOX

# --- all of them at once ---
MAILBOX_EXTRA="sign_ins:
  - name: access
    provider: other
    client_id: desk
    device_url: https://localhost:1/device
    token_url: https://localhost:1/token"
mkdir -p -m 700 "$FLOW_FOLDER/store/sign-ins"
printf '{"access_token":"%s","refresh_token":"none","expires_us":%s000000}' "$(dovecot_token token)" "$(($(date +%s) + 3600))" \
    >"$FLOW_FOLDER/store/sign-ins/access.json"
chmod 600 "$FLOW_FOLDER/store/sign-ins/access.json"
mailboxes "$(mailbox front box 'poll: 1h')" \
    "$(mailbox flags flags 'start: all' 'after: flag' 'idle: no' 'poll: 1s')" \
    "$(mailbox moves moves 'start: all' 'after: move' 'move_to: Done' 'poll: 1h')" \
    "$(mailbox deletes deletes 'start: all' 'after: delete' 'idle: no' 'poll: 1s')" \
    "$(mailbox many many 'start: all' 'folders: [INBOX, "Entwürfe/Größe", "Support/Level 1"]' 'poll: 1s')" \
    "$(mailbox since since 'start: 2025-01-01')" \
    "$(mailbox shared member 'start: all' 'folders: [Shared/team/INBOX]')" \
    "$(mailbox token token 'start: all' 'sign_in: access')" \
    "$(mailbox clear plain 'start: all' | sed "s/port: .*/port: $DOVECOT_IMAP\n    security: starttls/")"
mail by-token | dovecot_save token INBOX
mail by-starttls | dovecot_save plain INBOX
flow_check "the configuration is right" postern check
flow_check "a gate with nine mailboxes starts" gate_start
flow_equals "the socket for fetchers is ours alone" 600 "$(stat -c %a "$FLOW_FOLDER/store/fetch.sock")"
flow_check "mail of all of them comes in" flow_wait 60 settled 10
flow_equals "each once, and none that is not ours" \
    "mail by-starttls mail by-token mail deep mail deletes mail flags mail many-old mail moves mail since-today mail team mail umlaut " "$(subjects)"
flow_check "the mailbox that takes what comes from now on waits" flow_wait 20 is_state front waiting
mail first | dovecot_save box INBOX
flow_check "a mail that comes during IDLE becomes a ticket, though the next poll is an hour away" flow_wait 20 settled 11
mail deep2 | dovecot_save many 'Support/Level 1'
flow_check "one in another folder comes with the next poll" flow_wait 20 settled 12

flow_check "after: leave, finished in the ledger" flow_wait 10 is_ledger front finished 1
flow_check "and left on the server, unseen" is_count box INBOX 2 UNSEEN
flow_check "after: flag sets the keyword" flow_wait 10 is_count flags INBOX 1 KEYWORD '$Postern'
flow_check "after: move" flow_wait 10 is_count moves Done 1
flow_check "leaves nothing behind" is_count moves INBOX 0
flow_check "after: delete" flow_wait 10 is_count deletes INBOX 0
flow_check "all is finished" flow_wait 10 is_ledger moves finished 1
flow_equals "the record says where a mail is from" "mailbox moves, folder INBOX, UID 1" \
    "$(mailbox_sql "SELECT peer FROM intake WHERE envid LIKE 'moves:%'")"
flow_equals "and how it came" imap "$(mailbox_sql "SELECT DISTINCT source FROM intake")"

# --- what else speaks LMTP cannot claim to be a fetcher ---
talk "LHLO other" "MAIL FROM:<> ENVID=moves:3:1:1" "RCPT TO:<support@desk.test>" "DATA" "Subject: mail stranger" "" "x" "." QUIT >/dev/null
flow_check "a mail with an ENVID on the public socket is a mail like others" flow_wait 10 settled 13
flow_equals "and no mail of a mailbox" lmtp "$(mailbox_sql "SELECT source FROM intake WHERE envid = 'moves:3:1:1'")"

# --- a fetcher that asks again, as after a lost answer ---
fetched() { # ENVID FILE: the dialogue on the socket for fetchers
    perl -MIO::Socket::UNIX -e 'my ($path, $key, $file) = @ARGV; local $/; open my $in, "<", $file; my $mail = <$in>;
        my $gate = IO::Socket::UNIX->new($path); print $gate "LHLO x\r\nMAIL FROM:<> ENVID=$key\r\n",
        "RCPT TO:<support\@desk.test>\r\nDATA\r\n", $mail, ".\r\nQUIT\r\n"; $gate->flush; print <$gate>' \
        "$FLOW_FOLDER/store/fetch.sock" "$1" "$2"
}
KEY=$(mailbox_sql "SELECT envid FROM intake WHERE envid LIKE 'moves:%' AND source = 'imap'")
postern ticket raw "$(postern ticket list --json | jq -r '.[] | select(.subject == "mail moves").ref' |
    xargs -I{} "$PROGRAM" -c "$FLOW_FOLDER/postern.yaml" ticket show {} --json | jq -r '.messages[0].id')" >"$FLOW_FOLDER/again"
flow_contains "the same mail under its key is answered 250" "$(fetched "$KEY" "$FLOW_FOLDER/again")" '^250 2\.0\.0'
flow_check "and counts nowhere" settled 13
flow_equals "nor is its row another" 1 "$(mailbox_sql "SELECT count(*) FROM fetched WHERE sha256 IN (SELECT r.sha256 FROM raw r JOIN intake i ON i.raw_id = r.id WHERE i.envid = '$KEY')")"
sed 's/mail moves/mail moved/' "$FLOW_FOLDER/again" >"$FLOW_FOLDER/other"
flow_contains "other bytes under a known key are taken" "$(fetched "$KEY" "$FLOW_FOLDER/other")" '^250 2\.0\.0'
flow_check "as another mail" flow_wait 10 settled 14
flow_contains "a key of no folder is refused" "$(fetched moves:99:1:1 "$FLOW_FOLDER/other")" '^554 5\.5\.4'
flow_contains "as is none" "$(fetched nonsense "$FLOW_FOLDER/other")" '^554 5\.5\.4'
flow_check "and nothing of it is kept" settled 14

# --- a second start takes nothing twice, a flag of another client changes nothing ---
dovecot_adm flags add -u many '\Seen' mailbox INBOX all
dovecot_adm flags remove -u flags '\Seen $Postern' mailbox INBOX all
gate_stop
mail while-down | dovecot_save box INBOX
mail while-down-seen | dovecot_save many INBOX
dovecot_adm flags add -u many '\Seen' mailbox INBOX all
flow_check "a second start" gate_start
flow_check "takes what came meanwhile, seen or not, and nothing else" flow_wait 30 settled 16
for name in front flags moves deletes many since shared token clear; do
    flow_check "$name works" flow_wait 20 test "$(status "$name" "state IN ('waiting', 'polling', 'fetching') AND error IS NULL")" = 1
done
flow_check "the equation holds" settled 16

# --- the doctor, who changes nothing ---
DOCTOR=$(postern doctor 2>&1)
flow_contains "the doctor sees the certificate" "$DOCTOR" 'ok +TLS +TLS 1\.[23], its certificate is for localhost and ends in 29 days'
flow_contains "how we log in" "$DOCTOR" 'ok +login +as token, by access token'
flow_contains "folders by their names" "$DOCTOR" 'ok +folder Entwürfe/Größe +1 mail'
flow_contains "the folder for what was taken" "$DOCTOR" 'ok +folder Done +is there'
flow_contains "our rights in somebody else's" "$DOCTOR" 'ok +folder Shared/team/INBOX +1 mail, rights lrws?w?'
dovecot_adm acl set -u team INBOX user=member lookup read >/dev/null
dovecot_adm mailbox delete -u moves Done
mailboxes "$(mailbox moves moves 'after: move' 'move_to: Done')" "$(mailbox shared member 'folders: [Shared/team/INBOX]' 'after: delete')"
DOCTOR=$(postern doctor 2>&1)
flow_contains "and what is to be mended: a folder" "$DOCTOR" "bad +folder Done +is not there: create it on the server"
flow_contains "a right" "$DOCTOR" 'bad +folder Shared/team/INBOX .*only read'
flow_equals "without touching a mail" 1 "$(dovecot_count team INBOX UNSEEN)"

# --- certificates ---
log_count() { # PATTERN
    cat "$FLOW_FOLDER/serve.log" | grep -cE -- "$1"
}
dovecot_stop
dovecot_certificate other-name
dovecot_start
gate_stop
mailboxes "$(mailbox front box)"
flow_check "a gate starts though its mailbox has another name" gate_start
flow_contains "the doctor says so, too" "$(postern doctor 2>&1)" 'bad +connection .*not for "localhost" but for imap\.other\.test'
flow_check "nothing is fetched under a wrong name" flow_wait 20 is_state front stopped 'not for "localhost" but for imap\.other\.test'
gate_stop
dovecot_stop
dovecot_certificate expired
dovecot_start
gate_start
flow_check "nor with an expired certificate" flow_wait 20 is_state front stopped 'certificate ran out'
gate_stop
dovecot_stop
dovecot_certificate good
dovecot_start
mail after-all | dovecot_save box INBOX
printf 'wrong\n' >"$FLOW_FOLDER/password-box"
gate_start
flow_check "a refused login is told in words" flow_wait 20 is_state front stopped 'login|password|LOGIN'
flow_equals "in one line of the log" 1 "$(log_count 'mailbox front: stopped')"
printf 'secret-box\n' >"$FLOW_FOLDER/password-box"
gate_stop
gate_start
flow_check "with the right one it works again" flow_wait 20 settled 17
flow_check "and says so" flow_wait 10 test -z "$(status front error)"
[ -z "${FLOW_SHOW:-}" ] || cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log"
flow_end
