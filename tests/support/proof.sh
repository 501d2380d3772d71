# shellcheck shell=bash
# What must hold in a store after any trouble: sourced after gate.sh, not run. Each function prints what does not hold
# and then fails; nothing printed and 0 means that all is well.
#
#   proof_sql SQL               asks the database
#   proof_raw                   every original is there, byte for byte as its digest says
#   proof_ledger FILE           every line "<MESSAGE-ID> SHA256" is a message with that original (of a mail that could not
#                               be read only the original is known)
#   proof_nothing_doubled       no Message-ID and no original occurs twice (nobody sent any twice), each mail has one end
#   proof_acknowledged          exactly one acknowledgement for each ticket of a mail that could be read
#   proof_maildir FOLDER        all of the outbox is sent, and the Maildir has exactly one file for each row
#   proof_store                 `postern check` and `postern stats` are content

proof_sql() {
    sqlite3 -batch -cmd ".timeout 10000" "$FLOW_FOLDER/${GATE_STORE:-store}/postern.db" "$1"
}

# Reads lines; fails when there are any.
proof_none() {
    local found
    found=$(head -5)
    [ -z "$found" ] || { echo "$1: $found"; return 1; }
}

proof_raw() {
    local folder=$FLOW_FOLDER/${GATE_STORE:-store}/raw out=$FLOW_FOLDER/proof-raw
    rm -rf "$out"
    mkdir "$out"
    proof_sql "SELECT count(writefile('$out/' || lower(hex(sha256)) || '.' || id, bytes)) FROM raw WHERE file IS NULL" \
        >/dev/null || return 1
    (cd "$out" && find . -type f -print0 | xargs -0r sha256sum) | awk '{ split($2, name, /[.\/]+/); if ($1 != name[2]) print $2 }' |
        proof_none "originals in the database differ from their digests" || return 1
    rm -rf "$out"
    diff <(proof_sql "SELECT lower(hex(sha256)) || ' ' || file FROM raw WHERE file IS NOT NULL ORDER BY file") \
        <(cd "$folder" && proof_sql "SELECT file FROM raw WHERE file IS NOT NULL ORDER BY file" |
            xargs -r sha256sum | awk '{ print $1, $2 }') | proof_none "originals in files are missing or differ"
}

proof_ledger() {
    comm -23 <(sort "$1") <(proof_sql "SELECT '<' || m.message_id || '> ' || lower(hex(r.sha256))
        FROM messages m JOIN raw r ON r.id = m.raw_id WHERE m.message_id IS NOT NULL" | sort) |
        grep -avFf <(proof_sql "SELECT lower(hex(r.sha256)) FROM messages m JOIN raw r ON r.id = m.raw_id
            WHERE m.findings LIKE '%could-not-be-read%' UNION SELECT 'no digest'") |
        proof_none "answered 250 and not in the store"
}

proof_nothing_doubled() {
    proof_sql "SELECT message_id, count(*) FROM messages WHERE direction = 'in' AND message_id IS NOT NULL
        GROUP BY message_id HAVING count(*) > 1" | proof_none "more than one message" || return 1
    proof_sql "SELECT lower(hex(sha256)), count(*) FROM raw GROUP BY sha256 HAVING count(*) > 1" |
        proof_none "more than one copy of an original" || return 1
    proof_sql "SELECT i.id, i.fate FROM intake i LEFT JOIN messages m ON m.id = i.id
        WHERE (i.fate = 'ticketed') <> (m.id IS NOT NULL)" | proof_none "fate and message do not fit" || return 1
    proof_sql "SELECT t.ref FROM tickets t WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.ticket_id = t.id)" |
        proof_none "a ticket without a message"
}

proof_acknowledged() {
    proof_sql "SELECT t.ref, count(o.id) FROM tickets t LEFT JOIN outbox o ON o.ticket_id = t.id AND o.kind = 'acknowledgement'
        WHERE t.subject <> '(could not be read)' GROUP BY t.id HAVING count(o.id) <> 1" | proof_none "tickets without exactly one acknowledgement"
}

proof_maildir() {
    local out=$FLOW_FOLDER/proof-outbox
    proof_sql "SELECT id, state, last_error FROM outbox WHERE state <> 'sent'" | proof_none "not sent" || return 1
    rm -rf "$out"
    mkdir "$out"
    proof_sql "SELECT count(writefile('$out/' || id, bytes)) FROM outbox" >/dev/null || return 1
    # A file's name has the row's id between O and I.
    diff <(cd "$out" && find . -type f -print0 | xargs -0r sha256sum | sed 's|\./||' | sort) \
        <(cd "$1/new" && find . -type f -print0 | xargs -0r sha256sum | sed 's|\./[0-9]*\.O\([0-9]*\)I.*|\1|' | sort) |
        proof_none "outbox and Maildir differ" || return 1
    rm -rf "$out"
    find "$1/tmp" -type f | proof_none "half-written files stay in the Maildir"
}

proof_store() {
    local figures
    postern -q check >"$FLOW_FOLDER/check.txt" 2>&1 || { grep -v warning "$FLOW_FOLDER/check.txt"; return 1; }
    figures=$(postern stats) || { echo "$figures"; return 1; }
}
