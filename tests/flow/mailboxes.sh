#!/bin/bash
# postern mailboxes and stats, as an admin reads them: mailboxes that work, one that has stopped, one that was never started, a
# mail that stays on its server, a route that is down.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/mailbox.sh
GATE_AGENTS=
for user in box large locked; do
    dovecot_user "$user"
done
flow_check "a Dovecot of our own starts" dovecot_start

# Mail for which there is no room in limits.message_size, a password that is none, and nobody at the outgoing server.
{
    mail large
    head -c 100000 /dev/zero | tr '\0' x | fold -w 70
} | dovecot_save large INBOX
mail first | dovecot_save box INBOX
AWAY=$(flow_port)
GATE_OUTGOING="  - name: main
    server: localhost
    port: $AWAY
    security: none"
MAILBOX_EXTRA="limits:
  message_size: 64KiB
admins:
  addresses: [root@agents.test]"
front=$(mailbox front box 'start: all' 'poll: 1h')
big=$(mailbox big large 'start: all')
shut=$(mailbox shut locked)
echo "not the password" >"$FLOW_FOLDER/password-locked"
mailboxes "$front" "$big" "$shut"
flow_check "before the first start there is no store" eval '! postern mailboxes'
flow_check "the gate starts" gate_start
mailboxes "$front" "$big" "$shut" "$(mailbox late later)"

# of NAME FILTER: from the JSON
of() {
    postern mailboxes --json | jq -r --arg name "$1" ".[] | select(.name == \$name) | $2"
}
is_of() {
    [ "$(of "$1" "$2")" = "$3" ]
}
is_down() {
    [ "$(postern stats --json | jq -r '.down[].name')" = main ]
}
flow_check "a mailbox that works waits for mail" flow_wait 30 is_of front .state waiting
flow_check "its mail is a ticket" flow_wait 30 settled 1
flow_check "a mailbox that refuses us has stopped" flow_wait 30 is_of shut .state stopped
flow_check "a mail that is too large stays" flow_wait 30 is_of big '.stuck | length' 1
flow_check "a route whose server is away is down" flow_wait 30 is_down

flow_equals "in the order of the configuration" "front big shut late" "$(postern mailboxes --json | jq -r '.[].name' | xargs)"
flow_equals "the keys for programs" \
    "configured,error,error_at,last_contact,last_mail,name,oldest,since,state,stuck,waiting" \
    "$(postern mailboxes --json | jq -r '.[0] | keys | join(",")')"
flow_contains "times are RFC 3339 in UTC" "$(of front .last_contact) $(of front .since)" '^20..-..-..T..:..:..Z 20..-..-..T..:..:..Z$'
flow_equals "no error where all is well" null "$(of front .error)"
flow_contains "the error says whose login was refused" "$(of shut .error)" 'locked'
flow_equals "a mailbox whose fetcher nobody has started yet" "never started" "$(of late .state)"
flow_equals "the mail that stays: where, and why" "INBOX true" "$(of big '.stuck[0] | .folder + " " + (.too_large | tostring)')"

text=$(postern mailboxes)
flow_contains "a table with a heading" "$text" '^MAILBOX +STATE +SINCE +LAST CONTACT +LAST MAIL +WAITING$'
flow_contains "a mailbox is a line" "$text" '^front +waiting +20..-..-.. ..:.. +20..-..-.. ..:.. +20..-..-.. ..:.. +0$'
flow_contains "never started" "$text" '^late +never started +never +never'
flow_contains "what is wrong stands below, whole" "$text" '^shut: .*login'
flow_contains "what to do with a mail that is too large" "$text" '^big: the mail with UID 1 in INBOX is larger \([0-9.]+ KiB\) than limits.message_size \(64.0 KiB\): raise'
flow_equals "a route that is down is one line" 1 "$(grep -c '^route main is down since .*; its mail takes another route that fits, or waits' <<<"$text")"
flow_lacks "the service runs" "$text" 'does not run'
flow_lacks "no password is shown" "$text$(postern mailboxes --json)" 'not the password|secret-'
flow_check "the exit code is 0 even so" postern mailboxes

figures=$(postern stats)
flow_contains "stats: mailboxes" "$figures" '^in mailboxes +[0-9]+ to be fetched, 1 of 4 mailboxes stopped$'
flow_contains "stats: the route" "$figures" '^route main is down since '
flow_equals "stats for programs" "1 1" "$(postern stats --json | jq -r '"\(.mailboxes.stopped) \(.mailboxes.stuck)"')"

# Addresses that mail to failed for good.
now=$(date +%s)
flow_equals "nobody is blocked" "No address is blocked." "$(postern outbox blocked)"
sqlite3 -cmd '.timeout 5000' "$DATABASE" "INSERT INTO blocks (address, until_us, status, reason, at_us) VALUES
    ('gone@customer.test', $((now + 3600))000000, '5.1.1', '550 5.1.1 no such user', ${now}000000),
    ('over@customer.test', $((now - 1))000000, '5.1.1', 'long ago', ${now}000000)"
flow_contains "a blocked address with its reason" "$(postern outbox blocked)" '^gone@customer.test +20.* 550 5.1.1 no such user'
flow_equals "for programs" "gone@customer.test 5.1.1" "$(postern outbox blocked --json | jq -r '.[] | .address + " " + .status')"
flow_contains "stats count it" "$(postern stats)" '^blocked addresses +1 '
flow_contains "another address is not blocked" "$(postern outbox unblock anna@customer.test 2>&1; echo "code $?")" 'is not blocked'
flow_check "a person says that it works" postern outbox unblock Gone@customer.test
flow_equals "it is blocked no more" 0 "$(postern stats --json | jq .outbox.blocked_addresses)"

# What is configured no longer is not shown, unless asked for.
mailboxes "$front"
flow_equals "only what is configured" front "$(postern mailboxes --json | jq -r '.[].name' | xargs)"
flow_equals "with --all the others too" "front big shut" "$(postern mailboxes --all --json | jq -r '.[].name' | xargs)"
flow_contains "they are marked" "$(postern mailboxes --all)" '^big \(not configured\) '
gate_stop
flow_contains "nothing is fetched while the service does not run" "$(postern mailboxes)" "^'postern serve' does not run"

# A store that this program would first have to bring up to date.
sqlite3 "$DATABASE" "DELETE FROM migrations WHERE number > 2"
flow_contains "an older store is no damage" "$(postern stats 2>&1; echo "code $?")" "made by an older Postern.*'postern serve' brings it up to date"
dovecot_stop
flow_end
