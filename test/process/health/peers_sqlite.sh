#!/bin/bash
# Health checks against what SQLite's own programs say of the same database:
# missing_fk_index and .lint fkey-indexes of the shell, free_pages and page_fill
# and sqlite3_analyzer.  SQLite alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

sqlite_new peers

# ---- indexes of foreign keys ----

# each table says how its key has, or has not, an index; none is WITHOUT ROWID,
# for the shell does not know that their key is one
sqlite peers <<-'END'
	create table parent (id integer primary key, word text collate nocase unique,
	    a, b, unique (a, b));
	create table without (p references parent);
	create table plain (p references parent);
	create index plain_p on plain (p);
	create table own_key (p integer primary key references parent);
	create table own_pair (p references parent, q, primary key (p, q));
	create table own_second (q, p references parent, primary key (q, p));
	create table own_unique (p unique references parent);
	create table in_front (p references parent, q);
	create index in_front_pq on in_front (p, q);
	create table behind (p references parent, q);
	create index behind_qp on behind (q, p);
	create table descending (p references parent);
	create index descending_p on descending (p desc);
	create table partial (p references parent, q);
	create index partial_p on partial (p) where q > 0;
	create table nullless (p references parent);
	create index nullless_p on nullless (p) where p is not null;
	create table expression (p references parent);
	create index expression_p on expression (p + 0);
	create table same_words (w text collate nocase references parent (word));
	create index same_words_w on same_words (w);
	create table other_words (w text references parent (word));
	create index other_words_w on other_words (w);
	create table as_words (w text references parent (word));
	create index as_words_w on as_words (w collate nocase);
	create table pair (a, b, foreign key (a, b) references parent (a, b));
	create index pair_ab on pair (a, b);
	create table turned (a, b, foreign key (a, b) references parent (a, b));
	create index turned_ba on turned (b, a);
	create table half (a, b, foreign key (a, b) references parent (a, b));
	create index half_a on half (a);
	create table gap (a, b, c, foreign key (a, b) references parent (a, b));
	create index gap_acb on gap (a, c, b);
	create table twice (p references parent, q references parent);
	create index twice_p on twice (p);
	create table self (id integer primary key, up references self);
END
# "table columns" of each index that the shell would make
sqlite peers <<<'.lint fkey-indexes' |
	sed -nE "s/^CREATE INDEX '[^']*' ON '([^']*)'\((.*)\); -->.*/\1 \2/p" |
	sed -E "s/ COLLATE [A-Z]+//g; s/'//g" | sort >"$tmp/linted"
sqlite peers >"$tmp/found" <<-'END'
	select object || ' ' || replace(substr(fix_sql, instr(fix_sql, '(') + 1), ');', '')
	from dbhealth_checks('{"checks": ["missing_fk_index"]}');
END
sed -E 's/ COLLATE "[A-Z]+"//g; s/"//g; s/, /,/g' "$tmp/found" | sort >"$tmp/listed"
is "$(cat "$tmp/listed")" "$(sed 's/, /,/g' "$tmp/linted")" \
	'keys without an index are those that .lint fkey-indexes lists'
is "$(wc -l <"$tmp/listed")" 10 'the file has missing indexes'
sqlite peers >"$tmp/fix" <<<"select fix_sql from dbhealth_checks('{\"checks\": [\"missing_fk_index\"]}');"
sqlite peers <"$tmp/fix"
is "$(sqlite peers <<<'.lint fkey-indexes')" '' '.lint fkey-indexes reports nothing after fix_sql'

# ---- pages ----

if ! command -v sqlite3_analyzer >/dev/null; then
	skip 'free space is what sqlite3_analyzer measures' 'sqlite3_analyzer is not installed'
	finish
fi
sqlite_new pages
sqlite pages <<-'END' >"$tmp/made"
	select dbcare_set('bloat_min_mb', 1);
	select dbcare_set('check_free_pages_warning', 5);
	select dbcare_set('check_page_fill_warning', 10);
	create table t (id integer primary key, a);
	create index t_a on t (a);
	with n(i) as (select 1 union all select i + 1 from n where i < 40000)
	insert into t select i, printf('%0100d', i) from n;
	create table gone as select zeroblob(2000000) as b;
	delete from t where id % 2 > 0;
	drop table gone;
END
sqlite3_analyzer "$tmp/pages.db" >"$tmp/analyzed"
# the percentage at the first line that begins with a text
analyzed()
{
	awk -v text="$1" 'index($0, text) == 1 && !seen++ { print substr($NF, 1, length($NF) - 1) }' "$tmp/analyzed"
}
# said CHECK TRUTH TOLERANCE: whether its value is that.
said()
{
	sqlite pages <<<"select case when abs(value - $2) <= $3 then 'equal'
		else 'not ' || value end from dbhealth_checks('{\"checks\": [\"$1\"]}');"
}
is "$(said free_pages "$(analyzed 'Pages on the freelist (per header)')" 0.1)" equal \
	'free pages are what sqlite3_analyzer counts'
is "$(said page_fill "$(analyzed 'Unused bytes on all pages')" 5)" equal \
	'and what is unused in the others what it measures, within 5 percent'
finish
