#!/bin/bash
# What lint reports of a folder: what is above the last applied version, what is not
# applied, or what git says was changed.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/process/cli/roads.bash
. test/process/cli/roads.bash
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b.c GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b.c

# files FLAG ...: the files that lint reports, in one line.
files() { run lint --csv "$@" | grep -oE '[0-9]+_[a-z]+\.sql|exit [0-9]' | uniq | tr '\n' ' '; }

# reports WANTED NAME FLAG ...
reports() { is "$(files "${@:3}")" "$1" "$road: $2"; }

in_work() { (cd "$work" && "$@" >/dev/null 2>&1); }

roads='sqlite postgresql wire'
[[ $("$dbcare" lint --dialect postgresql /dev/null 2>&1) != *'built without'* ]] || roads='sqlite postgresql'
for road in $roads; do
	new_database lint
	drop='delete from nowhere;'
	in_work git init -b main
	file 1_a.sql "create table nowhere (id integer primary key); $drop"
	file 5_e.sql "$drop"
	says 'applied 5.*exit 0' 'two are applied' migrate
	# without the extension nothing else says that it is small
	[ "$road" != wire ] || sql 'analyze nowhere'
	in_work git add . && in_work git commit -m first
	in_work git switch -c branch
	file 3_c.sql "$drop"
	file 7_g.sql "$drop"
	reports '7_g.sql exit 0 ' 'above the last applied version'
	reports '3_c.sql 7_g.sql exit 0 ' '--new: what is not applied' --new
	reports '5_e.sql 7_g.sql exit 0 ' '--start-after' --start-after 3
	reports '3_c.sql 7_g.sql exit 0 ' '--since: files that git does not track' --since main
	in_work git add . && in_work git commit -m second
	file 9_i.sql "$drop"
	reports '3_c.sql 7_g.sql 9_i.sql exit 0 ' '--since: what the branch has' --since main
	reports '9_i.sql exit 0 ' '--since: what was not committed' --since HEAD
	rm "$migrations"/{7_g,9_i}.sql
	reports '3_c.sql exit 0 ' '--since: what was deleted is gone' --since main
	in_work git commit -a -m third && in_work git switch main
	file 8_h.sql "$drop"
	in_work git add . && in_work git commit -m fourth && in_work git switch branch
	reports '3_c.sql exit 0 ' '--since: not what others changed since' --since main
	says 'no findings.exit 0' '--since: nothing is new' lint --since HEAD
	says 'git cannot tell.*nowhere.*git fetch.*exit 2' '--since: no such revision' lint --since nowhere
	says 'git cannot tell.*--output=x.*exit 2' '--since: no flag of git' lint --since=--output=x
	says 'applied 3.*exit 0' 'all are applied' migrate --allow-out-of-order
	says 'no findings.exit 0' '--new: nothing is new' lint --new
	says 'about the folder does not go with files.*--new.*exit 2' '--new of a file' lint --new db/migrations/1_a.sql
done

finish
