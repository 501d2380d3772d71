#!/bin/bash
# The commands as people and programs use them: JSON keys, exit codes, help, words for mistakes, and what each does to the store.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
NOWHERE=$(flow_port)
GATE_OUTGOING="  server: 127.0.0.1
  port: $NOWHERE
  security: none"
gate_config
CONFIG=$FLOW_FOLDER/postern.yaml

# code NUMBER COMMAND…: the exit code; what it says is left in $FLOW_FOLDER/out and err
code() {
    local expected=$1 found
    shift
    "$@" >"$FLOW_FOLDER/out" 2>"$FLOW_FOLDER/err"
    found=$?
    [ "$found" -eq "$expected" ] || {
        echo "exit code $found instead of $expected; $(cat "$FLOW_FOLDER/out" "$FLOW_FOLDER/err")"
        return 1
    }
    [ "$found" -eq 0 ] || [ -s "$FLOW_FOLDER/err" ] || [ -s "$FLOW_FOLDER/out" ] || {
        echo "it fails without a word"
        return 1
    }
}
said() {
    grep -qE -- "$1" "$FLOW_FOLDER/err" || {
        echo "not said: $1; but: $(cat "$FLOW_FOLDER/err")"
        return 1
    }
}
# has_keys JSON KEY…: these keys stand in the object, in any order
has_keys() {
    local json=$1 key
    shift
    for key in "$@"; do
        [ "$(jq --arg key "$key" 'has($key)' <<<"$json")" = true ] || {
            echo "no key '$key' in $json"
            return 1
        }
    done
}
mail() {
    local name=$1
    shift
    printf '%s\n' "From: Anna <$name@customer.test>" 'To: support@desk.test' "Subject: $name" "Message-ID: <$name@customer.test>" "$@" '' \
        "Text of $name" >"$FLOW_FOLDER/$name.eml"
}
figure() {
    postern stats --json | jq "$1"
}
is_figure() {
    [ "$(figure "$1")" = "$2" ]
}

# Help and mistakes.
for name in init check serve deliver import parse ticket rules held outbox mailboxes doctor stats; do
    flow_check "$name --help" code 0 "$PROGRAM" "$name" --help
    flow_contains "$name --help has an example" "$(grep -A1 '^Example:' "$FLOW_FOLDER/out")" "^  postern .*$name"
    flow_contains "--help names $name" "$("$PROGRAM" --help)" "^  $name "
    flow_check "$name: unknown option" code "$([ "$name" = deliver ] && echo 75 || echo 64)" postern "$name" --no-such-option
done
flow_check "--version" code 0 "$PROGRAM" --version
flow_contains "--version names the program" "$(cat "$FLOW_FOLDER/out")" '^postern [0-9]+\.[0-9]+'
flow_check "no command at all" code 64 "$PROGRAM"
flow_check "unknown command" code 64 "$PROGRAM" tikcet
flow_check "unknown command: what was meant" said "did you mean 'ticket'"
for words in "ticket shwo" "held realease" "outbox rety" "rules tset"; do
    # shellcheck disable=SC2086
    flow_check "unknown word: $words" code 64 postern $words
    flow_check "unknown word: what was meant by $words" said "did you mean '"
done
flow_check "unknown status" code 64 postern ticket list --status nwe
flow_check "unknown status: what was meant" said "did you mean 'new'"
flow_check "no reference" code 64 postern ticket show
flow_check "limit below 1" code 64 postern outbox list --limit 0

# Configuration and store.
flow_check "no configuration" code 78 "$PROGRAM" -c "$FLOW_FOLDER/none.yaml" stats
flow_check "no configuration: says what to do" said "postern init"
flow_check "POSTERN_CONFIG names one" env "POSTERN_CONFIG=$CONFIG" "$PROGRAM" check
flow_check "no store yet" code 78 postern stats
flow_check "no store yet: says what to do" said "postern serve"
flow_check "init" code 0 "$PROGRAM" init "$FLOW_FOLDER/new"
flow_check "what init wrote is good" code 0 "$PROGRAM" -c "$FLOW_FOLDER/new/postern.yaml" check
flow_equals "with no other warning than that nobody can be proven yet" "" \
    "$(grep -E 'warning:|error' "$FLOW_FOLDER/out" "$FLOW_FOLDER/err" | grep -v trusted_authserv_id)"
echo "# mine" >"$FLOW_FOLDER/new/rules.yaml"
rm "$FLOW_FOLDER/new/postern.yaml"
flow_check "init again" code 73 "$PROGRAM" init "$FLOW_FOLDER/new"
flow_equals "init writes over nothing" "# mine" "$(cat "$FLOW_FOLDER/new/rules.yaml")"
flow_check "and not half of it" test ! -e "$FLOW_FOLDER/new/postern.yaml"
flow_check "check" code 0 postern check
flow_check "check --json" has_keys "$(postern check --json | jq '.[0]')" file line column severity message
printf 'domian: desk.test\nqueues: 7\n' >"$FLOW_FOLDER/bad.yaml"
flow_check "check of a bad file" code 78 "$PROGRAM" -c "$FLOW_FOLDER/bad.yaml" check
flow_contains "all findings at once, with line and column" "$(tr '\n' ' ' <"$FLOW_FOLDER/out")" "bad.yaml:1:1: error:.*did you mean 'domain'.*bad.yaml:2:[0-9]+: error"
flow_equals "the same as JSON" true "$("$PROGRAM" -c "$FLOW_FOLDER/bad.yaml" check --json | jq 'length >= 2')"

# parse
mail parsed 'Cc: Bert <bert@elsewhere.test>' 'In-Reply-To: <x@y.test>'
keys="file message_id date subject from sender_findings to cc reply_to in_reply_to references kind may_answer kind_reasons
    bounce text reply quoted signature attachments fields findings"
# shellcheck disable=SC2086
flow_check "parse --json: the keys of the contract" has_keys "$(postern parse --json "$FLOW_FOLDER/parsed.eml")" $keys
flow_equals "parse without a configuration" parsed "$(cd "$FLOW_FOLDER/new" && "$PROGRAM" parse --json ../parsed.eml | jq -r .subject)"
flow_equals "parse of standard input" '["-","parsed"]' "$(postern parse --json - <"$FLOW_FOLDER/parsed.eml" | jq -c '[.file, .subject]')"
flow_equals "several files: one object a line" 2 "$(postern parse --json "$FLOW_FOLDER/parsed.eml" "$FLOW_FOLDER/parsed.eml" | wc -l)"
cp "$FLOW_FOLDER/parsed.eml" "$FLOW_FOLDER/-odd.eml"
flow_equals "a name that begins with '-'" '"-odd.eml"' "$(cd "$FLOW_FOLDER" && postern parse --json -- -odd.eml | jq -c .file)"
flow_check "no such mail" code 66 postern parse "$FLOW_FOLDER/none.eml"
flow_check "the other file is read all the same" grep -q 'Text of parsed' <(postern parse "$FLOW_FOLDER/none.eml" "$FLOW_FOLDER/parsed.eml" 2>&1)
{
    for ((i = 0; i < 1500; i++)); do echo "X-Field-$i: x"; done
    printf 'From: a@b.test\n\nText\n'
} >"$FLOW_FOLDER/monster.eml"
flow_check "a mail over the limits" code 65 postern parse "$FLOW_FOLDER/monster.eml"
flow_equals "colours are for terminals" "" "$(postern parse "$FLOW_FOLDER/parsed.eml" | grep -c $'\033' | grep -v '^0$')"
flow_contains "and there they are" "$(script -qec "$PROGRAM parse $FLOW_FOLDER/parsed.eml" /dev/null)" $'\033\\[1m'
flow_lacks "but not with NO_COLOR" "$(NO_COLOR=1 script -qec "$PROGRAM parse $FLOW_FOLDER/parsed.eml" /dev/null)" $'\033'

# rules
flow_equals "rules list --json" true "$(postern rules list --json | jq 'length > 5 and all(has("field") and has("rule") and has("type"))')"
flow_check "rules test: the starter rules pass" code 0 postern rules test
sed '0,/^ *finds:/s/finds: .*/finds: something else/' templates/rules.yaml >"$FLOW_FOLDER/rules.yaml"
flow_check "rules test: an example that fails" code 1 postern rules test "$FLOW_FOLDER/rules.yaml"
flow_contains "rules test: says which, and what was found" "$(tr '\n' ' ' <"$FLOW_FOLDER/out")" 'rules\.yaml:[0-9]+: FAIL .*expected +something else.*found +55'
flow_equals "rules test --json" 1 "$(postern rules test --json "$FLOW_FOLDER/rules.yaml" | jq '[.[] | select(.passed | not)] | length')"
flow_check "rules test: no such file" code 78 postern rules test "$FLOW_FOLDER/none.yaml"

# deliver: 0 only when durable, else 75.
mail piped
flow_check "deliver" code 0 postern deliver -f anna@customer.test support@desk.test <"$FLOW_FOLDER/piped.eml"
flow_check "it waits in the store" is_figure .waiting 1
flow_check "deliver to nobody" code 75 postern deliver nobody@desk.test <"$FLOW_FOLDER/piped.eml"
flow_check "one of two is unknown: nothing is taken" code 75 postern deliver support@desk.test nobody@desk.test <"$FLOW_FOLDER/piped.eml"
flow_check "deliver without a recipient" code 75 postern deliver <"$FLOW_FOLDER/piped.eml"
flow_check "deliver without a configuration" code 75 "$PROGRAM" -c "$FLOW_FOLDER/none.yaml" deliver support@desk.test <"$FLOW_FOLDER/piped.eml"
flow_check "deliver with a bad configuration" code 75 "$PROGRAM" -c "$FLOW_FOLDER/bad.yaml" deliver support@desk.test <"$FLOW_FOLDER/piped.eml"
flow_check "deliver with a sender that is none" code 75 postern deliver -f $'a@b.test\nx' support@desk.test <"$FLOW_FOLDER/piped.eml"
sed "s|^store: .*|store: $CONFIG/store|" "$CONFIG" >"$FLOW_FOLDER/nostore.yaml"
flow_check "deliver where no store can be" code 75 "$PROGRAM" -c "$FLOW_FOLDER/nostore.yaml" deliver support@desk.test <"$FLOW_FOLDER/piped.eml"
yes 'a line too much' | head -c 27000000 >"$FLOW_FOLDER/huge.eml"
flow_check "deliver of too much" code 75 postern deliver support@desk.test <"$FLOW_FOLDER/huge.eml"
if [ "$(id -u)" -eq 0 ]; then
    cp "$PROGRAM" "$FLOW_FOLDER/postern"
    flow_check "deliver without rights to the store" code 75 setpriv --reuid nobody --clear-groups "$FLOW_FOLDER/postern" \
        -c "$CONFIG" deliver support@desk.test <"$FLOW_FOLDER/piped.eml"
fi
flow_check "none of them is in the store" is_figure .accepted 1
flow_equals "no file of theirs stays" 0 "$(find "$FLOW_FOLDER/store/raw" -type f | wc -l)"

flow_check "a gate starts" gate_start
flow_check "it takes what was delivered before" flow_wait 5 settled 1
mail while
postern deliver -f MAILER-DAEMON support@desk.test <"$FLOW_FOLDER/while.eml"
flow_check "and what is delivered while it runs, within seconds" flow_wait 5 settled 2
ref_of() {
    postern ticket list --json | jq -r --arg subject "$1" '.[] | select(.subject == $subject).ref'
}
id_of() {
    postern ticket show "$(ref_of "$1")" --json | jq -r '[.messages[] | select(.direction == "in")][0].id'
}
flow_contains "MAILER-DAEMON is the null sender" "$(postern ticket why "$(id_of while)")" '^from +<> \(envelope\)'

# import: single mails, mbox, Maildir; twice.
mail imported
{
    echo 'From anna@customer.test Sun Nov 22 09:30:00 2026'
    cat "$FLOW_FOLDER/imported.eml"
    printf '\nFrom bert@customer.test Sun Nov 22 09:31:00 2026\nFrom: Bert <bert@customer.test>\nSubject: quoted\nMessage-ID: <q@customer.test>\n\n'
    printf 'First\n\n>From the start on\n>>From deeper\nFrom within a paragraph: 10:30 2026\n\nFrom the logs: nothing\nLast\n\n'
    printf 'From - Sun Nov 22 09:32:00 2026\r\nSubject: third\r\nFrom: Carl <carl@customer.test>\r\n\r\nThird\r\n\r\n'
} >"$FLOW_FOLDER/mbox"
imported() { # EXPECTED PATH…
    local expected=$1 found
    shift
    found=$(postern import --json "$@" | jq -c '[.given, .ticketed, .held, .copies, .refused]')
    [ "$found" = "$expected" ] || {
        echo "given, ticketed, held, copies, refused: $found instead of $expected"
        return 1
    }
}
flow_check "import: one mail" imported '[1,1,0,0,0]' "$FLOW_FOLDER/imported.eml"
flow_check "import: an mbox, one of which is known" imported '[3,2,0,1,0]' "$FLOW_FOLDER/mbox"
flow_check "import: the same mbox is all copies" imported '[3,0,0,3,0]' "$FLOW_FOLDER/mbox"
flow_equals "import: quoting is taken off, nothing is cut" "$(printf 'First\n\nFrom the start on\n>From deeper\nFrom within a paragraph: 10:30 2026\n\nFrom the logs: nothing\nLast')" \
    "$(postern ticket raw "$(id_of quoted)" | sed '1,/^$/d')"
flow_contains "import: the sender of the mbox line" "$(postern ticket why "$(id_of quoted)")" '^from +bert@customer.test'
mkdir -p "$FLOW_FOLDER/maildir/cur" "$FLOW_FOLDER/maildir/new" "$FLOW_FOLDER/maildir/tmp"
for name in box1 box2 box3; do
    mail $name 'Return-Path: <bounces@customer.test>'
done
mv "$FLOW_FOLDER/box1.eml" "$FLOW_FOLDER/maildir/cur/1:2,S"
mv "$FLOW_FOLDER/box2.eml" "$FLOW_FOLDER/maildir/new/2"
mv "$FLOW_FOLDER/box3.eml" "$FLOW_FOLDER/maildir/tmp/3"
echo '3 V1 N3' >"$FLOW_FOLDER/maildir/dovecot-uidlist"
flow_check "import: a Maildir" imported '[2,2,0,0,0]' "$FLOW_FOLDER/maildir"
flow_check "import: again" imported '[2,0,0,2,0]' "$FLOW_FOLDER/maildir"
flow_contains "import: the Return-Path is the sender" "$(postern ticket why "$(id_of box1)")" '^from +bounces@customer.test'
flow_contains "import: nothing is sent" "$(postern ticket why "$(id_of box1)")" 'not acknowledged: it was imported'
flow_equals "import: no row in the outbox" 0 "$(postern outbox list --json | jq --arg ref "$(ref_of box1)" '[.[] | select(.ref == $ref)] | length')"
mail billed
flow_check "import: into another queue" code 0 postern import --queue billing "$FLOW_FOLDER/billed.eml"
flow_equals "import: it is there" billed "$(postern ticket list --queue billing --json | jq -r '.[0].subject')"
mail told
flow_check "import --notify" code 0 postern import --notify "$FLOW_FOLDER/told.eml"
flow_equals "import --notify: acknowledgement and notice" 2 "$(postern outbox list --json | jq --arg ref "$(ref_of told)" '[.[] | select(.ref == $ref)] | length')"
flow_check "import: nothing there" code 66 postern import "$FLOW_FOLDER/none"
flow_check "unknown queue" code 64 postern ticket list --queue suport
flow_check "unknown queue: what was meant" said "did you mean 'support'"
flow_check "import: no such queue" code 64 postern import --queue nope "$FLOW_FOLDER/told.eml"

# ticket
ticket=$(postern ticket show "$(ref_of told)" --json)
# shellcheck disable=SC2086
flow_check "ticket show --json: the keys of the contract" has_keys "$ticket" ref status queue subject severity kind category requester \
    participants owner created updated due fields messages related events
flow_check "its messages" has_keys "$(jq '.messages[0]' <<<"$ticket")" id direction from subject date kind reply raw_sha256 why
flow_check "its events" has_keys "$(jq '.events[0]' <<<"$ticket")" at what who detail
flow_check "its requester" has_keys "$(jq .requester <<<"$ticket")" name address
flow_contains "times are RFC 3339" "$(jq -r .created <<<"$ticket")" '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$'
flow_equals "the checksum is of the original" "$(jq -r '.messages[0].raw_sha256' <<<"$ticket")" "$(sha256sum <"$FLOW_FOLDER/told.eml" | cut -d' ' -f1)"
flow_check "ticket list --json: no messages, no events" test "$(postern ticket list --json | jq 'all(has("fields") and (has("messages") or has("events") | not))')" = true
flow_equals "ticket list --limit" 2 "$(postern ticket list --limit 2 --json | jq length)"
flow_equals "ticket list --status" 0 "$(postern ticket list --status closed --json | jq length)"
flow_check "any case of a reference" code 0 postern ticket show "$(ref_of told | tr 'A-Z' 'a-z')"
flow_check "ticket raw is the original" cmp <(postern ticket raw "$(id_of told)") "$FLOW_FOLDER/told.eml"
flow_check "no such ticket" code 66 postern ticket show SUP-222222
flow_check "no such message" code 66 postern ticket why 1k0vn8k6gaz9g
flow_check "no message id" code 66 postern ticket raw nonsense

# held
sed 's/^From: .*/From: Support <support@desk.test>/' "$FLOW_FOLDER/told.eml" >"$FLOW_FOLDER/self.eml"
sed 's/Text of/Another text of/' "$FLOW_FOLDER/self.eml" >"$FLOW_FOLDER/self2.eml"
accepted=$(figure .accepted)
postern deliver support@desk.test <"$FLOW_FOLDER/self.eml"
postern deliver support@desk.test <"$FLOW_FOLDER/self2.eml"
flow_wait 5 settled $((accepted + 2))
flow_equals "two mails are held" 2 "$(postern held list --json | jq length)"
flow_check "held list --json: the keys of the contract" has_keys "$(postern held list --json | jq '.[0]')" id reason from subject received detail
one=$(postern held list --json | jq -r '.[0].id')
two=$(postern held list --json | jq -r '.[1].id')
flow_contains "held list for people" "$(postern held list)" "$one.*from ourselves"
flow_contains "held show says what one can do" "$(postern held show "$one")" "postern held release $one"
flow_contains "the original can be looked at" "$(postern ticket raw "$one")" '^From: Support'
flow_check "held release" code 0 postern held release "$one" --as kim
flow_check "it becomes a ticket within seconds" flow_wait 5 is_figure .held 1
flow_check "and nothing waits" flow_wait 5 settled $((accepted + 2))
flow_contains "who did it is on record" "$(postern ticket why "$one")" 'released \(kim\)'
flow_check "held drop" code 0 postern held drop "$two"
flow_equals "it is out of the list" 0 "$(postern held list --json | jq length)"
flow_check "and still counts as held" is_figure '.held == 1 and .holds' true
flow_check "held release of what is not held" code 66 postern held release "$one"

# outbox: the server is not there.
row=$(postern outbox list --json | jq -r '[.[] | select(.state == "queued")][-1].id') # the oldest; while a server is away, it alone is tried
flow_check "outbox list --json: the keys of the contract" has_keys "$(postern outbox list --json | jq '.[0]')" id ref to from subject message_id \
    state attempts next_at last_error
tried() {
    [ "$(postern outbox show "$row" --json | jq .attempts)" -ge "$1" ]
}
flow_check "the sender tries" flow_wait 10 tried 1
is_told() {
    [ "$(postern outbox show "$row" --json | jq -r .last_error)" != null ]
}
flow_wait 10 is_told
flow_contains "and the last answer says what is wrong" "$(postern outbox show "$row")" "$NOWHERE"
flow_contains "and when it is tried again" "$(postern outbox show "$row")" '^Next try +20..-..-.. ..:..$'
flow_check "outbox retry" code 0 postern outbox retry "$row"
flow_check "it is due" test "$(postern outbox show "$row" --json | jq -r .next_at)" '<' "$(date -u -d '+1 second' +%FT%TZ)"
flow_check "outbox drop" code 0 postern outbox drop "$row" --as kim
flow_equals "it has failed" failed "$(postern outbox show "$row" --json | jq -r .state)"
flow_contains "by whom stands there" "$(postern outbox show "$row")" 'dropped by kim'
flow_check "no such row" code 66 postern outbox show 99999
flow_check "no row number" code 66 postern outbox show abc

# stats
flow_check "stats --json" has_keys "$(postern stats --json)" received ticketed held copies holds accepted waiting tickets outbox
flow_contains "stats for people" "$(postern stats)" '^received [0-9]+ = ticketed [0-9]+ \+ held [0-9]+ \+ copies [0-9]+$'
flow_check "a reader that has had enough" bash -c "'$PROGRAM' -c '$CONFIG' ticket list --json 2>'$FLOW_FOLDER/err' | head -1 >/dev/null; test ! -s '$FLOW_FOLDER/err'"
flow_check "writing to a full disk" code 74 bash -c "'$PROGRAM' -c '$CONFIG' ticket list --json >/dev/full"
flow_check "SIGTERM ends with 0" gate_stop

# A store that is no store.
cp "$FLOW_FOLDER/store/postern.db" "$FLOW_FOLDER/good.db"
rm -f "$FLOW_FOLDER"/store/postern.db-*
yes 'this is no database' | head -c 8192 >"$FLOW_FOLDER/store/postern.db"
flow_check "a damaged store: stats" code 70 postern stats
flow_check "a damaged store: check" code 78 postern check
flow_check "a damaged store: deliver" code 75 postern deliver support@desk.test <"$FLOW_FOLDER/piped.eml"
cp "$FLOW_FOLDER/good.db" "$FLOW_FOLDER/store/postern.db"
sqlite3 "$FLOW_FOLDER/store/postern.db" 'INSERT INTO migrations VALUES (999, 0)'
flow_check "a store of a newer program" code 75 postern deliver support@desk.test <"$FLOW_FOLDER/piped.eml"
flow_check "a store of a newer program: says so" said 'newer'
flow_end
