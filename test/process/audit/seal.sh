#!/bin/bash
# Sealing the log of changes while others write it: transactions that commit late
# go to a later segment, two seals at once give one chain, and a dump that is
# restored in another cluster, where transactions begin anew, stays valid.
# Who may seal and read; what the server's log says.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# faults [DATABASE]: the findings of dbaudit_verify().
faults()
{
	postgresql "${1-log}" <<<'select finding, entry_id from dbaudit_verify()'
}

# sealed [DATABASE]: seals, and says how many entries are new.
sealed()
{
	postgresql "${1-log}" <<<"select dbaudit_seal() ->> 'entries'"
}

start_server server
postgresql_new log
postgresql log >"$tmp/made" <<-'END'
	create table t (id integer primary key, name text);
	select dbaudit_enable('t');
	create role auditor login;
	create role nobody login;
	select dbcare_grant('auditor', 'audit');
END

is "$(sealed)" 1 'the beginning of the log is an entry'

# ---- late commits ----

hold late log "insert into t values (1, 'late'), (2, 'later');"
postgresql log <<<"insert into t values (3, 'early')"
is "$(sealed)" 0 'an entry after one that is not yet committed waits for it'
hold later log "insert into t values (4, 'very late');"
release late
until_true log "select count(*) = 3 from t"
postgresql log <<<"insert into t values (5, 'x')"
is "$(sealed)" 3 'entries before the first running transaction are sealed'
is "$(faults)" '' 'what is not sealed is no fault'
release later
until_true log "select count(*) = 5 from t"
is "$(sealed)" 2 'a late commit goes to the next segment'
is "$(faults)" '' '... and the chain is valid'

# many writers, while two sessions seal
for i in 1 2 3 4; do
	for n in $(seq 20); do
		echo "begin; insert into t values ($((i * 1000 + n)), 'a'); select pg_sleep(0.00$i); insert into t values ($((i * 1000 + n + 500)), 'b'); $([ $((n % 5)) = 0 ] && echo rollback || echo commit);"
	done | postgresql log >"$tmp/writer$i" &
	writers[i]=$!
done
for i in 1 2; do
	for n in $(seq 15); do echo 'select dbaudit_seal();'; done | postgresql log >"$tmp/sealer$i" &
	sealers[i]=$!
done
wait "${writers[@]}" "${sealers[@]}"
is "$(grep -h ERROR "$tmp"/writer* "$tmp"/sealer* || true)" '' 'writers and sealers do not get in the way of each other'
sealed >"$tmp/made"
is "$(postgresql log <<<'select sum(entries) = (select count(*) from dbcare.audit_entry) from dbcare.audit_seal')" t \
	'each entry is sealed once'
is "$(faults)" '' '... in a valid chain'

# ---- outside the database ----

root=$(postgresql log <<<"select seal_id || ', hash ' || root from dbcare.audit_seal order by seal_id desc limit 1")
like "$(cat "$tmp/server/log")" "audit log of database \"log\" ends with seal $root" "the server's log has the last root"
postgresql log <<<"begin; insert into t values (90, 'x'); commit; begin; select dbaudit_seal() is null; rollback;" >"$tmp/made"
is "$(grep -c "ends with seal $((${root%%,*} + 1))," "$tmp/server/log" || true)" 0 '... and none that was rolled back'

# ---- tampering ----

# tampered SQL: the faults after SQL, which is undone.
tampered()
{
	postgresql log <<<"begin; $1; select finding, entry_id from dbaudit_verify(); rollback;"
}
sealed >"$tmp/made"
is "$(tampered "update dbcare.audit_entry set row_key = '77' where entry_id = 3")" 'entry_changed 3' 'an edited entry is found'
is "$(tampered "update dbcare.audit_entry set logged_at = logged_at + interval '1 microsecond' where entry_id = 3")" \
	'entry_changed 3' '... a microsecond, too'
is "$(tampered "update dbcare.audit_context set user_name = 'mallory'" | sort -u | wc -l)" \
	"$(postgresql log <<<'select sum(entries) from dbcare.audit_seal')" '... and who made changes'
is "$(tampered "update dbcare.audit_entry set moved_to = '7' where entry_id = 3")" 'entry_changed 3' 'an edited mark of a new key is found'
is "$(tampered 'delete from dbcare.audit_entry where entry_id = 2')" 'entry_removed 2' 'a removed entry is found'
is "$(tampered "insert into dbcare.audit_entry select 9999, transaction_id, next_transaction, logged_at, shape_id, context_id, action, row_key, changed, moved_to
	from dbcare.audit_entry where entry_id = 2")" 'entry_inserted 9999' 'an inserted entry is found'
is "$(tampered "delete from dbcare.audit_seal where seal_id = 2" | grep -v inserted)" 'seal_missing ' 'a missing seal is found'

# ---- rights ----

is "$(PGUSER=auditor faults)" '' 'a role with the area audit verifies'
like "$(PGUSER=auditor postgresql log <<<'select dbaudit_seal()' || true)" 'permission denied' '... and cannot seal'
like "$(PGUSER=auditor postgresql log <<<'delete from dbcare.audit_seal' || true)" 'permission denied' '... nor remove a seal'
like "$(PGUSER=nobody postgresql log <<<'select * from dbaudit_verify()' || true)" 'permission denied' 'others cannot read it'

# ---- another cluster ----

for n in $(seq 40); do echo "update t set name = '$n' where id = 5;"; done | postgresql log
pg_dump --no-privileges -d log -f "$tmp/dump.sql"
start_server other
createdb log
postgresql log <"$tmp/dump.sql" >"$tmp/made"
postgresql log <<<"update t set name = 'here' where id = 5"
is "$(sealed)" 41 'another cluster seals what came with the dump and what is new'
is "$(faults)" '' '... which is valid'
postgresql log <<<"update t set name = 'there' where id = 5"
is "$(sealed)" 1 '... and goes on'
is "$(faults)" '' '... without a fault'
finish
