#!/bin/bash
# dbcheck_salvage: files that are damaged in known ways.  Every row that is saved is
# one of the sound file, and every row of a page that is not damaged is saved.  With
# a shell of SQLite that has .recover (built with SQLITE_ENABLE_DBPAGE_VTAB; its path
# in DBCARE_RECOVER), no row is missing that this finds.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

recover=${DBCARE_RECOVER-sqlite3}
top=$PWD
cd "$tmp" || exit 1
sqlite3 empty.db 'create table t (a)'
"$recover" empty.db .recover 2>&1 | grep -q 'CREATE TABLE' || recover=

# make_file: a file with tables of all kinds, and pages that are free.
make_file()
{
	local rows=$((RANDOM % 900 + 100)) sizes=(512 1024 4096 8192)

	rm -f sound.db
	sqlite3 sound.db <<-END
		pragma page_size = ${sizes[RANDOM % 4]};
		pragma auto_vacuum = $((RANDOM % 2));
		create table a (id integer primary key, name text not null, amount real, note);
		create index a_name on a (name);
		create table b (k text, v, n integer, primary key (n, k)) without rowid;
		create table c (x, y text default 'none');
		create table gone (x);
		insert into a select value * 3, printf('name %d', value), value / 7.0,
			case value % 5 when 0 then printf('%0*d', value * 7 % 3000, value) when 1 then zeroblob(value % 90)
				when 2 then value end from generate_series(1, $rows);
		insert into b select printf('key %d', value), printf('%0*d', value % 200, value), value % 10
			from generate_series(1, $rows);
		insert into c select value, printf('%d-%0*d', value, value % 60, 0) from generate_series(1, $rows);
		insert into gone select printf('%0500d', value) from generate_series(1, $((RANDOM % 100)));
		drop table gone;
		delete from c where x % 7 = 0;
		alter table c add column z default 5;
		insert into c values (-1, 'last', 6);
	END
	pages=$(sqlite3 sound.db 'pragma page_count')
	size=$(sqlite3 sound.db 'pragma page_size')
}

# page_of WHERE: a random page of the sound file, or nothing.
page_of()
{
	sqlite3 sound.db "select pageno from dbstat where pageno > 1 and $1 order by pageno" |
		awk -v n="$pick" '{ page[NR] = $1 } END { if (NR) print page[n % NR + 1] }'
}

# overwrite PAGE [OFFSET LENGTH [SOURCE]]: overwrites bytes of a page of the damaged file,
# if there is such a page.
overwrite()
{
	[ -n "$1" ] || return 0
	dd if="${4-/dev/zero}" of=damaged.db bs=1 seek=$((($1 - 1) * size + ${2-0})) count="${3-$size}" \
		conv=notrunc status=none
	damaged+=("$1")
}

# noise: bytes that depend on the seed.
noise()
{
	awk -v seed=$RANDOM 'BEGIN { srand(seed); for (i = 0; i < 9000; i++) printf "%c", int(rand() * 128) + 128 }' |
		head -c 9000 >noise
}

# damage KIND: damages a copy; damaged are the pages whose rows may be lost.
damage()
{
	cp sound.db damaged.db
	damaged=()
	# a subshell has other random numbers
	pick=$RANDOM
	case $1 in
		a_page) overwrite "$((RANDOM % (pages - 1) + 2))" ;;
		noise) noise; overwrite "$((RANDOM % (pages - 1) + 2))" 0 "$size" noise ;;
		root) overwrite "$(page_of "name = 'a' and path = '/'")" ;;
		root_of_c) overwrite "$(page_of "name = 'c' and path = '/'")" ;;
		inner) overwrite "$(page_of "name in ('a', 'c') and pagetype = 'internal'")" ;;
		overflow)
			overwrite "$(page_of "name = 'a' and pagetype = 'overflow' and path glob '*+000000'")"
			;;
		header) noise; dd if=noise of=damaged.db bs=1 count=100 conv=notrunc status=none ;;
		cut)
			left=$((RANDOM % (pages - 2) + 2))
			truncate -s $((left * size)) damaged.db
			mapfile -t damaged < <(seq $((left + 1)) "$pages")
			;;
		pointer) overwrite "$(page_of "name = 'a' and pagetype = 'leaf'")" 12 2 ;;
		many) for _ in 1 2 3 4 5; do overwrite "$((RANDOM % (pages - 1) + 2))"; done ;;
	esac
}

# found DATABASE: the rows of the sound file that are in a table of it, or among those
# whose table is not known; and rows that were never there.
found()
{
	local column

	sqlite3 "$1" 'create table if not exists lost_and_found (id, c0);
		create table if not exists a (id, name, amount, note);
		create table if not exists b (k, v, n); create table if not exists c (x, y, z);' 2>>found.err || true
	for column in c1 c2 c3; do
		sqlite3 "$1" "alter table lost_and_found add column $column" 2>>found.err || true
	done
	sqlite3 -cmd "attach '$1' as saved" sound.db <<-'END' 2>>found.err
		select (select count(*) from main.a as s where exists (select 1 from saved.a as r where r.id = s.id and r.name = s.name
				and r.note is s.note)
			or exists (select 1 from saved.lost_and_found as l where l.id = s.id and l.c1 = s.name and l.c3 is s.note))
			+ (select count(*) from main.c as s where exists (select 1 from saved.c as r where r.x = s.x and r.y = s.y)
			or exists (select 1 from saved.lost_and_found as l where l.c0 = s.x and l.c1 = s.y and l.c2 is not s.x))
			+ (select count(*) from main.b as s where exists (select 1 from saved.b as r where r.n = s.n and r.k = s.k and r.v = s.v)),
			(select count(*) from (select id, name, amount, note from saved.a except select * from main.a))
			+ (select count(*) from (select x, y, z from saved.c except select * from main.c))
			+ (select count(*) from (select k, v, n from saved.b except select * from main.b));
	END
}

# expected: how many rows of a and c are in pages that are not damaged.
expected()
{
	local list
	list=$(IFS=, && echo "${damaged[*]-}")
	sqlite3 sound.db "
		select total(ncell) - (select count(distinct substr(path, 1, instr(path, '+'))) from dbstat
			where name in ('a', 'c') and pagetype = 'overflow' and pageno in ($list))
		from dbstat where name in ('a', 'c') and pagetype = 'leaf' and pageno not in ($list)" | cut -d . -f 1
}

# What a file stores behind a CREATE statement, or in the place of one, is nothing that
# SQLite reads.
rm -f stored.db
sqlite3 stored.db <<-'END'
	create table t (a);
	insert into t values (1), (2);
	create table other (a);
	create index i on t (a);
	create view v as select a from t;
	create trigger g after insert on t begin select case when 1 then 2 end; end;
	create table as_one (a);
	pragma writable_schema = on;
	update sqlite_schema set sql = sql || '; attach ''attached.db'' as x; create table x.y (z)'
		where name in ('t', 'i', 'v', 'g');
	update sqlite_schema set sql = 'attach ''attached.db'' as x' where name = 'other';
	update sqlite_schema set sql = 'create table as_one as select writefile(''attached.db'', ''x'')' where name = 'as_one';
	insert into sqlite_schema values ('trigger', 'h', 't', 0, 'commit'), ('view', 'w', 'w', 0, 'vacuum into ''attached.db''');
END
sqlite3 :memory: >stored.json <<-END
	.load $top/sqlite_ext/dbcare
	select dbcheck_salvage('stored.db', 'salvaged.db');
END
lost=$(sqlite3 :memory: "select group_concat(value ->> 'object') from json_each(readfile('stored.json'), '\$.lost')")
is "$(ls attached.db 2>&1)" "ls: cannot access 'attached.db': No such file or directory" \
	'salvage runs only what creates tables, indexes, views and triggers'
is "$lost $(sqlite3 salvaged.db "select group_concat(name) from sqlite_schema where name not like 'lost%'; select sum(a) from t" 2>&1)" \
	$'other,as_one,h,w t,i,v,g\n3' 'and creates those of the file'

kinds=(a_page noise root root_of_c inner overflow header cut pointer many)
wrong=() missing=() fewer=() broken=() recovered=0 saved=0
for nr in $(sample 12 $(seq 200)); do
	RANDOM=$((seed % 10000 + nr))
	kind=${kinds[nr % 10]}
	make_file
	damage "$kind"
	cp damaged.db before.db
	rm -f out.db
	if ! sqlite3 :memory: >result.json 2>result.err <<-END; then
		.load $top/sqlite_ext/dbcare
		select dbcheck_salvage('damaged.db', 'out.db');
	END
		broken+=("$nr $kind: $(cat result.err)")
		continue
	fi
	cmp -s before.db damaged.db || broken+=("$nr $kind: the damaged file was changed")
	[ "$(sqlite3 out.db 'pragma integrity_check' 2>&1)" = ok ] || broken+=("$nr $kind: not sound")
	IFS='|' read -r ours bad < <(found out.db) || true
	[ "${bad:-0}" = 0 ] || wrong+=("$nr $kind: $bad")
	[ "${ours:=0}" -ge "$(expected)" ] || missing+=("$nr $kind: $ours of $(expected)")
	saved=$((saved + ours))
	[ -n "$recover" ] || continue
	rm -f recovered.db
	"$recover" damaged.db '.recover --ignore-freelist' 2>/dev/null | "$recover" recovered.db >/dev/null 2>&1 || true
	IFS='|' read -r theirs bad < <(found recovered.db) || true
	recovered=$((recovered + ${theirs:-0}))
	[ "$ours" -ge "${theirs:-0}" ] || fewer+=("$nr $kind: $ours, .recover $theirs")
done
is "$(printf '%s\n' "${broken[@]}")" '' 'every damaged file gives a sound one, and is not changed'
is "$(printf '%s\n' "${wrong[@]}")" '' 'no row was never there'
is "$(printf '%s\n' "${missing[@]}")" '' 'every row of an undamaged page is saved'
is "$(printf '%s\n' "${fewer[@]}")" '' 'no fewer rows than .recover finds'
echo "# rows saved: $saved, by .recover: ${recover:+$recovered}"
finish
