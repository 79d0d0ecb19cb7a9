#!/bin/bash
# Erasing the values of a row that has many entries in several segments: time grows
# with the entries, the seals stay valid, and nothing of the values is left, by
# whatever name a kept row has them.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

entries=${DBCARE_WHOLE:+20000}
entries=${entries:-4000}

# updates ENGINE COUNT: updates of one row.
updates()
{
	if [ "$1" = postgresql ]; then
		echo "do \$\$ begin for i in 1..$2 loop update p set mail = 'secret ' || i, name = 'n' || i where id = 1; end loop; end \$\$;"
	else
		echo 'begin;'
		for i in $(seq "$2"); do echo "update p set mail = 'secret ' || $i, name = 'n' || $i where id = 1;"; done
		echo 'commit;'
	fi
}

start_server server
for engine in postgresql sqlite; do
	prefix=$([ "$engine" = postgresql ] && echo dbcare. || echo dbcare_)
	"${engine}_new" log
	{
		echo "create table p (id integer primary key, mail text, name text);
			select dbaudit_enable('p') is null; select dbarchive_enable('p') is null;
			insert into p values (1, 'secret 0', 'n');"
		updates "$engine" "$entries"
		echo "select dbaudit_seal() is null; update p set mail = 'secret', name = 'last' where id = 1; delete from p where id = 1;"
	} | "$engine" log >"$tmp/made"
	# the column is renamed, and another one gets its name
	[ "$engine" = sqlite ] || "$engine" log >"$tmp/made" <<-'END'
		alter table p rename mail to address;
		alter table p add column mail text;
		insert into p values (1, 'secret too', 'n', 'other');
		delete from p where id = 1;
	END
	column=$([ "$engine" = postgresql ] && echo address || echo mail)
	# updates, the last one, and what deletions have
	expected=$((entries + 2))
	[ "$engine" = sqlite ] || expected=$((entries + 3))
	is "$("$engine" log <<<"select x ->> 'values' from (select dbaudit_erase('p', 1, '[\"$column\"]', 'request') as x limit 1) as e;")" \
		"$expected" "$engine: the values are erased from all entries"
	is "$("$engine" log <<<"select count(*) from ${prefix}audit_entry where changed like '%secret%';")" 0 "$engine: no entry has them"
	is "$("$engine" log <<<"select count(*) from ${prefix}trash where row_data like '%secret%';")" 0 "$engine: nor a deleted row, by the name of its time"
	[ "$engine" = sqlite ] ||
		is "$("$engine" log <<<"select count(*) from ${prefix}trash where row_data like '%other%';")" 1 "$engine: the column that has the name now keeps its value"
	is "$("$engine" log <<<'select * from dbaudit_verify();')" '' "$engine: the seals stay valid"
	is "$("$engine" log <<<"select count(*) from ${prefix}audit_entry where changed like '%\"n$entries\"%';")" 2 "$engine: other values stay"
	# every other value is still protected
	is "$("$engine" log <<<"begin; update ${prefix}audit_entry set changed = replace(changed, '\"n7\"', '\"n8\"') where changed like '%\"n7\"%'; select distinct finding from dbaudit_verify(); rollback;")" \
		entry_changed "$engine: ... and are protected"
done

# ---- what SQLite's file keeps ----

is "$(sqlite log <<<"pragma secure_delete = off; select x ->> 'hint' from (select dbaudit_erase('p', 1, '[\"name\"]', 'request') as x limit 1) as e; pragma secure_delete;")" \
	'0
Call VACUUM: secure_delete was off, so that free pages of the file can have the values.
1' 'sqlite: what was deleted without overwriting is said, and the call overwrites'
is "$(sqlite log <<<"pragma secure_delete = on; select x ->> 'hint' from (select dbaudit_erase('p', 1, '[\"name\"]', 'request') as x limit 1) as e;")" \
	1 'sqlite: nothing is said where it was on'
finish
