#!/bin/bash
# The house rules that a script can check.  Prints TAP, with the places that break
# a rule.  Each rule is a function that prints these places, and the comment above
# it gives the reason.
set -eu
cd "$(dirname "$0")/.."

# Every file of the project, with or without git (a release has none).
files()
{
	{ git ls-files -co --exclude-standard 2>/dev/null || find . -type f; } |
		sed 's|^\./||' | grep -vE '^(build|\.git)/' | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done | sort
}

# A difference between releases of PostgreSQL is found in these headers or nowhere.
versions_in_one_header()
{
	grep -nE '^ *# *(if|elif).*PG_VERSION_NUM' \
		common/*/*.[ch] pg_ext/*/*.[ch] sqlite_ext/*/*.[ch] |
		grep -vE '^pg_ext/core/compat(_nodes|_hooks)?\.h:'
}

# Core code that depends on one engine would not work on the other.
no_engine_header_in_core()
{
	grep -nE '# *include *[<"](postgres|sqlite3|libpq|fmgr|executor/|utils/)' \
		common/*/*.[ch] common/*/*.def
}

# What differs between engines has a reason, which a binding gives in its traits, its calls
# or its SQL; code that asks for the engine hides it.  Dialects of scripts, and the
# declarations of what exists on which engine, are about engines.
the_core_asks_for_reasons()
{
	grep -nE '\<engine *[!=]=|[!=]= *DBC_ON_(POSTGRESQL|SQLITE)|& *(\(\w+\) *)?([a-z]+(->|\.))*engine\>|\<engine \?|switch \(.*engine\)' \
		common/*/*.[ch] |
		grep -vE '^common/((lint|format|registry|tools)/|core/(sql_(scan|place|normal)|host)\.c:)'
}

# The command compiles the analysis of scripts once more, without a server: what it asks the
# catalog goes through pg_ext/lint/catalog.h.
lint_asks_the_catalog_in_one_place()
{
	grep -nE '# *include *"(access|executor|optimizer|utils|commands|catalog)/|\<(SearchSysCache|GetSysCache|table_open|get_(rel|att|typ|func|namespace|opclass)[a-z]*_?\w*) *\(' \
		pg_ext/lint/*.c | grep -vE '^pg_ext/lint/(catalog(_[a-z]+)?|host)\.c:' |
		grep -vE '"(catalog/pg_(class|constraint|type)|commands/tablecmds)\.h"'
}

# A long file has more than one subject; lists and results may grow.
no_file_above_600_lines()
{
	files | grep -E '\.(c|h|sh|awk|sql)$|(^|/)Makefile$' |
		grep -vE '^pg_ext/dbcare--|^test/(demo|old)/' | xargs -d '\n' wc -l |
		awk '$2 != "total" && $1 > 600 { print $2 " has " $1 " lines" }'
}

# "id engine" for every health check and engine it exists on.
checks()
{
	cat common/health/checks*.def | tr -d '\n' | grep -oE \
		'DBC_CHECK\([a-z_]+,[^,]*,[^,]*, *(BOTH|POSTGRESQL|SQLITE)' |
		sed -E 's/DBC_CHECK\(([a-z_]+),.*, */\1 /' |
		while read -r id engines; do
			[ "$engines" = SQLITE ] || echo "$id pg_ext"
			[ "$engines" = POSTGRESQL ] || echo "$id sqlite_ext"
		done
}

# A hint that names a call which does not exist cannot be followed.
calls_of_messages_exist()
{
	grep -rohE --include=*.[ch] --include=*.def '"([^"\\]|\\.)*"' common pg_ext sqlite_ext |
		grep -oE '\<db(care|migrate|health|check|monitor)_[a-z_]+\(' | sort -u | tr -d '(' |
		while read -r function; do
			grep -qw "$function" common/core/api.def expected/surface_*.txt ||
				echo "no function $function"
		done
}

# A check that is declared and cannot run would be found by the first user.  Its
# findings come from SQL, or from the rows of tables.
every_check_can_run()
{
	checks | while read -r id folder; do
		[ -f "common/health/sql/$id.sql" ] ||
			[ -f "$folder/health/sql/$id.sql" ] ||
			grep -qF "{\"$id\"," common/health/{row,migration,record,backup}_checks.c ||
			echo "$folder/health/sql/$id.sql is missing"
	done
}

# SQL of a check that is not declared never runs.
every_health_sql_is_a_check()
{
	for file in */health/sql/*.sql; do
		name=$(basename "$file" .sql)
		[ ! -f "$file" ] || grep -qE "DBC_CHECK\($name," common/health/checks*.def ||
			grep -rqsF "\"health/$name\"" common pg_ext sqlite_ext wire \
				--include='*.c' || echo "nothing uses $file"
	done
}

# The core reads the results of both engines with the same code.
statements_of_one_name_have_one_shape()
{
	for file in pg_ext/*/sql/*.sql; do
		other=sqlite_ext/${file#pg_ext/}
		[ ! -f "$other" ] || [ "$(head -1 "$file")" = "$(head -1 "$other")" ] ||
			echo "$file and $other"
	done
}

# A misspelt statement name would otherwise fail only at run time.  The core's
# may be of one engine, which it then asks for first.
every_statement_exists()
{
	rooms=$(printf '%s\n' */*/sql | cut -d / -f 2 | sort -u | paste -sd '|')
	for wing in common pg_ext sqlite_ext; do
		grep -nE "\"($rooms)/[a-z_]+\"" $wing/*/*.c |
			grep -v '/embedded_sql\.c:' |
			sed -E 's/^([^:]*:[0-9]+):.*"([a-z]+)\/([a-z_]+)".*/\1 \2\/sql\/\3.sql/' |
			while read -r place file; do
				[ -f "common/$file" ] || [ -f "$wing/$file" ] ||
					{ [ "$wing" = common ] && ls ./*_ext/"$file" >/dev/null 2>&1; } ||
					echo "$place: there is no $file"
			done
	done
}

# A check that no test names has no test.  Some of PostgreSQL's need a second server.
every_check_is_tested()
{
	checks | while read -r id folder; do
		case $folder in
			pg_ext) tests='test/pgtap test/process' ;;
			*) tests='test/sqlite' ;;
		esac
		grep -rqw "$id" $tests || echo "no test in $tests names $id"
	done
}

# The same for functions.
every_function_is_tested()
{
	sed -n 's/^DBC_FUNCTION(\([a-z_]*\),.*/\1/p' common/core/api.def |
		while read -r function; do
			grep -rqw "$function" sql test/pgtap test/process test/sqlite ||
				echo "no test names $function"
		done
}

# Tests that call every function would test a missing argument.
every_required_argument_is_given()
{
	awk '
		/^DBC_FUNCTION\(/ { split($0, words, /[(,]/); name = words[2] }
		/DBC_ARG\(/ && name { print name; name = "" }' common/core/api.def |
		while read -r function; do
			grep -q "^CALL($function," test/calls.def ||
				echo "test/calls.def has no call of $function"
		done
}

# An option that is declared and not read is accepted, and does nothing.  Some are read
# by a binding, from the stored object.
every_option_is_read()
{
	grep -oE 'DBC_O\(\w+' common/core/api.def | sed 's/.*(//' | sort -u | while read -r option; do
		grep -qE "(->|\.)$option\b" common/*/*.c || grep -q "\"$option\"" pg_ext/*/*.c sqlite_ext/*/*.c ||
			echo "common/core/api.def declares $option, which is not read"
	done
}

# What lowers a protection is logged: test/process/audit/protection.sh tries it, and the
# manual says it.
every_writer_lowers_or_keeps_protection()
{
	diff <(sed -nE 's/^DBC_FUNCTION\((\w+), (WRITE|PROC),.*/\1/p' common/core/api.def | sort) \
		<(sed -nE 's/^(LOWERS|KEEPS)\((\w+)[,)].*/\2/p' test/protection.def | sort) |
		sed -n 's/^< \(.*\)/test\/protection.def does not say whether \1 lowers a protection/p
			s/^> \(.*\)/test\/protection.def names \1, which does not write/p'
	diff <(sed -nE 's/^LOWERS\((\w+),.*/\1/p' test/protection.def | sort) \
		<(sed -n '/^## What lowers protection/,/^## How/p' doc/security.md | sed -n 's/^|\([^|]*\)|.*/\1/p' |
			grep -oE '`\w+\(\)`' | tr -d '`()' | sort) |
		sed -n 's/^[<>] \(.*\)/\1 lowers a protection in test\/protection.def or in doc\/security.md alone/p'
}

# Tables of the manual that are written by hand could miss a new entry.
every_metric_and_alert_is_in_the_manual()
{
	sed -nE 's/^DBC_(METRIC|ALERT)\(([a-z_]+),.*/\2/p' \
		common/health/metrics.def common/monitor/alerts.def |
		while read -r name; do
			grep -qw "$name" doc/monitoring.md ||
				echo "doc/monitoring.md does not have $name"
		done
}

# What a reader copies first is an example; test/docs.sh runs those of these blocks.
every_function_and_verb_has_an_example()
{
	local examples

	examples=$(awk 'FNR == 1 { runs = 0 }
		/^ *```/ { runs = /```(sh|sql( (postgresql|sqlite))?)$/; next }
		runs' README.md doc/*.md)
	sed -nE 's/^DBC_FUNCTION\((\w+),.*/\1/p' common/core/api.def | while read -r name; do
		grep -qw "$name" <<<"$examples" || echo "function $name has no example that runs"
	done
	sed -nE 's/^CLI_VERB\("([^"]+)".*/\1/p' cli/verbs.def | while read -r name; do
		grep -qE "dbcare (--?[[:alpha:]-]+ \S+ )*$name( |\)|$)" <<<"$examples" || echo "verb $name has no example that runs"
	done
}

# A link to a renamed heading fails silently.
every_link_of_the_manual_has_a_target()
{
	perl -e '
		my (%anchors, @links);
		for my $page (@ARGV) {
			my ($folder, $fenced) = $page =~ m{^(.*/)?};
			open my $lines, "<", $page or die;
			while (<$lines>) {
				$fenced = !$fenced if /^ *```/;
				next if $fenced;
				push @links, [$page, ($folder // "") . $1, $2]
					while /\]\((?!https?:)([^)#]*)#?([^)]*)\)/g;
				next unless s/^#+ +//;
				s/[^\w -]//g;
				chomp;
				$anchors{$page}{lc tr/ /-/r} = 1;
			}
		}
		for (@links) {
			my ($page, $file, $anchor) = @$_;
			$file = $page if $file =~ m{(^|/)$};
			1 while $file =~ s{[^/]+/\.\./}{};
			print "$page: $file#$anchor does not exist\n"
				if !-e $file || $anchor ne "" && !$anchors{$file}{$anchor};
		}' README.md CHANGELOG.md doc/*.md
}

# A path of one machine does not exist on another.
no_machine_paths()
{
	files | grep -vE '\.(png|ico)$' | xargs -d '\n' grep -nHE '(^|[^[:alnum:]_./-])/(work|home|root|Users)/[a-z]'
}

# A file may have a table with the name of a pragma or another table-valued
# function, which would be read instead; the schema temp has none.
pragmas_are_asked_in_temp()
{
	grep -nE '(^|[[:space:]])(pragma_[a-z_]+( |,|\(|\)|$)|(json_each|json_tree|dbstat)\()' \
		sqlite_ext/*/sql/*.sql common/*/sql/*.sql sqlite_ext/*/*.c |
		grep -vE ':[0-9]+:[[:space:]]*(--|/?\*)|embedded_sql\.c:'
}

# SQLite before 3.39 takes HAVING for a syntax error where there is no GROUP BY.
having_follows_group_by()
{
	for file in common/*/sql/*.sql sqlite_ext/*/sql/*.sql; do
		grep -v '^--' "$file" | tr -s '[:space:]' ' ' |
			grep -oiE '\b(select|group by|having)\b' | tr '[:upper:]' '[:lower:]' |
			awk -v file="$file" '
				/having/ && last != "group by" { print file }
				{ last = $0 }'
	done
}

# A library passes an extension the functions of its release; newer functions than
# those of the oldest supported release may be missing.
newer_functions_are_asked_for()
{
	grep -lE 'sqlite3_(error_offset|deserialize|serialize|db_name|is_interrupted|vtab_(rhs_value|distinct|in|in_first|in_next)|value_encoding|stmt_explain|[gs]et_clientdata|setlk_timeout|set_errmsg) *\(' \
		sqlite_ext/*/*.c | while read -r file; do
		grep -qF 'sqlite3_libversion_number() >=' "$file" ||
			echo "$file does not ask for the version of the library"
	done
}

# A value from sqlite3_value_dup() belongs to no connection, and SQLite 3.53
# crashes when it converts such a value between text and number.
values_are_not_copied()
{
	grep -nE 'sqlite3_value_(dup|numeric_type) *\(' sqlite_ext/*/*.c |
		grep -vE ':[0-9]+:[[:space:]]*(/?\*)'
}

# The typed reader checks the type of each value of a result, so no other code
# reads values from rows.  Hosts fill rows; the other exceptions copy whole rows or
# read a script's own result.
values_are_read_by_type()
{
	grep -nE '(->|\.)values\[|->values \+|dbc_get_value\([^;]*\)[.](text|integer|real)|dbc_cell' \
		common/*/*.[ch] sqlite_ext/*/*.[ch] pg_ext/*/*.[ch] |
		grep -vE '^common/core/reader\.c:' |
		grep -E '(rows|found|answer|reply|tables|calls|known)(->|\.)values|dbc_get_value|dbc_cell'
}

# A PostgreSQL that was built without libxml has the XML functions, but they fail.
no_sql_needs_libxml()
{
	grep -rnE '(query|table|cursor|schema|database)_to_xml|xml(element|forest|agg|parse|table|serialize|exists)|xpath' \
		common/*/sql pg_ext/*/sql || true
}

# Names in SQL are found along search_path, which others may have chosen: whoever parses
# a statement has to know which one is set (doc/architecture.md, "Names").
sql_is_parsed_where_its_path_is_known()
{
	grep -lE '\bSPI_(prepare|execute|execute_with_args|cursor_open_with_args|prepare_(cursor|params|extended))\(|\bpg_plan_query\(' \
		pg_ext/*/*.c | grep -vxF "$(printf 'pg_ext/%s.c\n' core/{known_table,plan,query,owner_plan,owner_query,owner_script,run} \
		row/{change,restore,step} archive/{capture,export,link} check/{rule,row_table} advise/offer monitor/sampler)"
	grep -lE '\bPQ(exec|execParams|prepare|sendQuery\w*)\(|dbcw_pq\.PQ(exec|prepare|send)' wire/*/*.c cli/*.c |
		grep -vxE 'wire/core/send\.c|cli/postgresql\.c'
}

# Only a plan that is kept is analyzed again when a schema was renamed, by the names of
# its text: before each run it has to be proven, as in pg_ext/archive/link.c, unless all
# its names are those of dbcare's tables (archive/capture, core/plan).
kept_plans_are_proven()
{
	grep -lE '\bSPI_(keepplan|saveplan)\(' pg_ext/*/*.c |
		grep -vxF "$(printf 'pg_ext/%s.c\n' archive/{capture,link} core/{kept_plan,plan})"
}

# The version is typed in META.json, once for the distribution and once for the
# extension in it, as PGXN wants it; the control file has MAJOR.MINOR of it.  Debian
# and npm read theirs from files that have nothing else to take it from.
one_version()
{
	versions=$(sed -n 's/^\t*"version": "\([0-9.]*\)".*/\1/p' META.json |
		grep -v '^1\.0\.0$' | sort -u)
	[ "$(wc -l <<<"$versions")" -eq 1 ] || echo "META.json has" $versions
	grep -qx "default_version = '${versions%.*}'" pg_ext/dbcare.control ||
		echo "pg_ext/dbcare.control has another version than $versions"
	[ -f "pg_ext/dbcare--${versions%.*}.sql" ] ||
		echo "pg_ext/dbcare--${versions%.*}.sql is missing"
	for file in debian/changelog sqlite_ext/npm/package.json sqlite_ext/python/pyproject.toml; do
		[ "$(grep -oE '(^dbcare \(|^version = "|"(version|dbcare-linux-[a-z0-9]+)": ")[0-9.]+' "$file" |
			grep -oE '[0-9.]+$' | sort -u)" = "$versions" ] ||
			echo "$file has another version than $versions"
	done
	grep -qE "^## ${versions//./\\.} \(" CHANGELOG.md ||
		echo "CHANGELOG.md has no entry for $versions"
}

# A test in no room is never run.
tests_are_in_rooms()
{
	for file in test/{unit,fault,pgtap,sqlite,process}/*.{c,h,sql,psql} \
		test/process/*.sh test/{unit,fault,pgtap,sqlite,process}/*/; do
		room=$(basename "$file")
		[ ! -e "$file" ] || [ -d "common/$room" ] || [ "$file" = test/unit/fake/ ] ||
			[ "$file" = test/unit/cli/ ] || [ "$file" = test/process/cli/ ] ||
			echo "$file is in no room"
	done
}

# "file title line" for every test whose title can be read without running it.
titles()
{
	awk '
		/^-- [^-]/ && !/^-- (since|until) 3[.]/ { name = substr($0, 4) }
		/^-->/ && !ends { print FILENAME "\t" name "\t" FNR }
		{ ends = /^-->/ }' test/sqlite/*/*.sql
	awk -v q="'" 'match($0, "(^\t|, )" q "([^" q "]|" q q ")+ ([^" q "]|" q q ")+" q "\\);$") &&
		!/^[[:space:]]*(--|perform )|dblink|format\(|(^\t|, ).(insert into|select|create) / {
			print FILENAME "\t" substr($0, RSTART, RLENGTH - 2) "\t" FNR
		}' test/pgtap/*/*.sql
	grep -nE "^\s*(is |like |skip |result |\)).* ('[^']+'|\"[^\"]+\")$" test/process/*/*.sh |
		sed -nE "s/^([^:]+):([0-9]+):.* ('[^']+'|\"[^\"]+\")$/\1\t\3\t\2/p"
}

# When one of two tests with the same title fails, the title does not say which.
titles_are_unique()
{
	titles | sed 's/\t, /\t/; s/\t\t/\t/' |
		awk -F '\t' 'seen[$1, $2]++ { print $1 ":" $3 ": " $2 }'
}

# A cycle between rooms makes them one room; see the table of
# doc/architecture.md.
rooms_point_one_way()
{
	test/rooms.sh
}

# The rule above must find a violation in the core and in a binding, by a header
# and by a declaration alone, and a circle in a room.
added_arrows_are_seen()
{
	tree=$(mktemp -d)
	mkdir -p "$tree"/{doc,common/core,pg_ext/core,sqlite_ext/check,build/common/{core,lint}}
	cp doc/architecture.md "$tree/doc/"
	echo '#include "common/lint/lint.h"' >"$tree/common/core/a.c"
	echo '#include "pg_ext/monitor/monitor.h"' >"$tree/pg_ext/core/b.c"
	echo '#include "pg_ext/check/row.h"' >"$tree/sqlite_ext/check/c.c"
	echo '#include "posix/backup/files.h"' >"$tree/common/core/h.c"
	echo 'int d(void); int e(void) { return d(); }' |
		cc -x c -c -o "$tree/build/common/core/e.o" -
	echo 'int d(void) { return 1; }' |
		cc -x c -c -o "$tree/build/common/lint/d.o" -
	echo 'int g(void); int f(void) { return g(); }' |
		cc -x c -c -o "$tree/build/common/lint/f.o" -
	echo 'int f(void); int g(void) { return f(); }' |
		cc -x c -c -o "$tree/build/common/lint/g.o" -
	test/rooms.sh "$tree" >"$tree/seen"
	for file in common/core/a.c pg_ext/core/b.c sqlite_ext/check/c.c \
		common/core/e.c common/core/h.c common/lint/f.c; do
		grep -q "^$file:" "$tree/seen" || echo "not seen: $file"
	done
	rm -rf "$tree"
}

# What the core asks of the engine goes through functions that test it.
the_seam_is_called_in_one_place()
{
	grep -ln '"common/core/seam.h"' common/*/*.[ch] | grep -vE '^common/core/(host|text)\.c$'
}

# Nothing fills a call of the seam that is not in the generated table.
every_call_of_the_seam_is_filled()
{
	sed -n '/^<!-- seam: begin/,/^<!-- seam: end/p' doc/architecture.md | grep -E '\|  \|  \|  \|$'
}

# test/layering.sh must find what a header hides from it, and state.
hidden_calls_are_seen()
{
	tree=$(mktemp -d)
	mkdir -p "$tree/common/core"
	printf '%s\n' '#include <fcntl.h>' 'static inline int a(const char *path) { return open(path, 0); }' \
		>"$tree/common/core/a.h"
	echo 'int shown; int b(void) { static int calls; return ++calls + shown; }' |
		cc -fvisibility=hidden -x c -c -o "$tree/b.o" -
	(cd "$tree" && "$OLDPWD/test/layering.sh" b.o) >"$tree/seen" || true
	for found in 'the core needs open:' 'b.o: calls' 'b.o: shown'; do
		grep -qF "$found" "$tree/seen" || echo "not seen: $found"
	done
	rm -rf "$tree"
}

# A server may answer anything: a cell that it did not send is NULL, and no number.
answers_are_read_in_one_place()
{
	grep -nE 'PQgetvalue *\(' cli/*.c wire/*/*.c | grep -v '^wire/core/answer.c:'
}

# Text that reaches people by another way than that of terminal.c could control their
# terminal.
texts_are_shown_in_one_place()
{
	grep -nE '\<(v?f?printf|f?puts|fwrite|f?putc|putchar)\(' cli/*.c |
		grep -vE '^cli/(terminal|text|progress)\.c:|fputs\(text, file\)'
}

# The database of a backup may be the contents of an encrypted one: SQLite has it as an
# open file, never by a path.
backups_have_no_path()
{
	grep -nE 'DBC_BACKUP_DATABASE' sqlite_ext/*/*.[ch]
}

# A statement that deletes or replaces rows of users must know which are held.  It is
# made in room row, or in a file that tests them, or says after "held rows:" why it need
# not.
holds_are_known_where_rows_are_deleted()
{
	grep -nE 'DBC_CALL\([^)]*, row, run\)|rooms\.row->run' common/*/*.c | grep -v '^common/row/held.c:'
	grep -lE '"(delete from|insert or replace into|replace into|update( or [a-z]+)?)( only)? %|do update set "' \
		common/*/*.c pg_ext/*/*.c sqlite_ext/*/*.c wire/*/*.c |
		grep -vE '/embedded_sql\.c$|^(pg_ext|sqlite_ext|wire)/row/|^common/lint/' | while read -r file; do
		grep -qE '\<(dbc_row_(held|find_held|act)|dbc_archive_stays|dbc_sync_check_held)\>|[Hh]eld rows:' "$file" ||
			echo "$file deletes or changes rows, and knows no holds"
	done
	grep -lE "(delete from|update) (only )?%" */*/sql/*.sql |
		xargs -r grep -LE 'held' |
		sed 's/$/ makes a statement that deletes or changes rows, and does not say which are held/'
}

# PGXN refuses a release whose META.json is not as its specification says, version 1.0.0,
# and shows the files that it names.
pgxn_accepts_the_metadata()
{
	jq -r '
		def version: type == "string" and test("^(0|[1-9][0-9]*)([.](0|[1-9][0-9]*)){2}(-[0-9A-Za-z.-]+)?$");
		def text: type == "string" and . != "";
		def list(f): type == "array" and length > 0 and all(.[]; f);
		def needs: type == "object" and all(.[]; . == 0 or version);
		def said(ok; $what): if ok then empty else "META.json: " + $what end;
		said(.name | text and length > 1 and (test("[^!-.0-~]") | not); "name"),
		said(.version | version; "version"), said(.abstract | text; "abstract"),
		said(.maintainer | text or list(text); "maintainer"),
		said(.license | IN("agpl_3", "apache_2_0", "bsd", "gpl_2", "gpl_3", "mit", "mozilla_1_0", "mozilla_1_1",
			"open_source", "perl_5", "postgresql"); "license"),
		said(.provides | type == "object" and length > 0 and
			all(.[]; (.file | text) and (.version | version)); "provides"),
		said(."meta-spec".version == "1.0.0"; "meta-spec"),
		said(.release_status | IN("stable", "testing", "unstable"); "release_status"),
		said(.tags | list(text); "tags"),
		said(.prereqs | all(keys[]; IN("configure", "build", "runtime", "test", "develop")) and
			all(.[]; all(keys[]; IN("requires", "recommends", "suggests", "conflicts")) and all(.[]; needs)); "prereqs")' META.json
	jq -r '.provides[] | .file, .docfile // empty' META.json | while read -r file; do
		[ -f "$file" ] || echo "META.json: $file does not exist"
	done
	[ -f "pg_ext/$(jq -r .name META.json).control" ] || echo 'META.json: there is no control file'
}

# A test that waits for a time is slow, and fails on a machine that is slower still: it
# waits for a condition.  A pause in a loop is short; what cannot be seen, and has to be
# slept for, has a comment behind it that says so.
no_test_waits_for_a_time()
{
	awk '
		FNR == 1 { sleeps = "" }
		sleeps && !/^[ \t]*done/ { print sleeps }
		{ sleeps = "" }
		/^[ \t]*sleep [0-9.]+$/ && $2 >= 0.2 { sleeps = FILENAME ":" FNR ": " $0 }' \
		test/*.sh test/process/*/*.sh
}

# A byte of a random file that is overwritten by a constant was that constant once in 256
# runs, and nothing was damaged: test/flip.pl changes it whatever it was.
bytes_are_flipped()
{
	grep -rnE "printf '?(x|X|(\\\\377)+)'? \| dd " test |
		grep -v '^test/house_rules.sh:' || true
}

# The C library's want the address of an array that has no elements, too.
arrays_may_be_empty()
{
	grep -rnE --include='*.[ch]' '\b(qsort|bsearch)\([^)]' common pg_ext sqlite_ext wire posix cli |
		grep -v -e '^common/core/sort.h:' -e '^common/tools/' || true
}

# A name in a string compiles whether or not core/api.def declares it.
members_are_declared()
{
	files | grep -E '^(common|pg_ext|sqlite_ext|wire|posix|cli)/.*\.[ch]$' | xargs -d '\n' awk '
		FNR == 1 { text = "" }
		/dbc_json_put[a-z_]*\(/ { text = ""; at = FNR }
		{ text = text $0 }
		text ~ /dbc_json_put[a-z_]*\([^"(]*, *(NULL, *)?"[a-z_]+",/ {
			print FILENAME ":" at ": a member in a string"
			text = ""
		}
		/;/ { text = "" }'
}

rules='versions_in_one_header rooms_point_one_way added_arrows_are_seen hidden_calls_are_seen
	every_call_of_the_seam_is_filled the_seam_is_called_in_one_place
	no_engine_header_in_core the_core_asks_for_reasons lint_asks_the_catalog_in_one_place no_file_above_600_lines
	every_check_can_run every_health_sql_is_a_check calls_of_messages_exist
	statements_of_one_name_have_one_shape every_statement_exists
	every_check_is_tested
	every_function_is_tested every_required_argument_is_given every_option_is_read
	every_writer_lowers_or_keeps_protection
	every_function_and_verb_has_an_example every_link_of_the_manual_has_a_target
	every_metric_and_alert_is_in_the_manual
	no_machine_paths
	pragmas_are_asked_in_temp having_follows_group_by
	newer_functions_are_asked_for values_are_not_copied
	values_are_read_by_type answers_are_read_in_one_place texts_are_shown_in_one_place
	backups_have_no_path no_sql_needs_libxml
	sql_is_parsed_where_its_path_is_known kept_plans_are_proven arrays_may_be_empty one_version pgxn_accepts_the_metadata
	holds_are_known_where_rows_are_deleted members_are_declared
	tests_are_in_rooms titles_are_unique no_test_waits_for_a_time bytes_are_flipped'
number=0
failed=0
echo "1..$(wc -w <<<"$rules")"
for rule in $rules; do
	number=$((number + 1))
	broken=$("$rule") || true
	if [ -z "$broken" ]; then
		echo "ok $number - ${rule//_/ }"
	else
		echo "not ok $number - ${rule//_/ }"
		sed 's/^/# /' <<<"$broken"
		failed=1
	fi
done
exit $failed
