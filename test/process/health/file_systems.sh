#!/bin/bash
# Health checks of what needs a separate process: other file systems,
# by a library that takes the place of the system's call.  SQLite alone.  Prints
# TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# said CHECK: "severity object: message" of its findings.
said()
{
	sqlite sick <<-END
		select severity || coalesce(' ' || object, '') || ': ' || coalesce(reason, message)
		from dbhealth_checks('{"checks": ["$1"]}');
	END
}

# on_file_system NUMBER COMMAND ...: the command, on files of that file system.
on_file_system()
{
	FILE_SYSTEM=$1 LD_PRELOAD=$tmp/statfs.so "${@:2}"
}

"${CC:-cc}" -shared -fPIC -o "$tmp/statfs.so" test/process/health/file_systems.c
sqlite_new sick

# ---- network file systems ----

is "$(on_file_system 6969 said network_fs_wal)" \
	'not_applicable: the database is not in WAL mode' \
	'a rollback journal works on any file system'
is "$(on_file_system 6969 said journal_mode_delete)" 'ok: nothing found' \
	'and is the right one on a network'
sqlite sick <<<'pragma journal_mode = wal; create table t (a);' >"$tmp/log"
is "$(on_file_system ef53 said network_fs_wal)" 'ok: nothing found' \
	'a write-ahead log works on a local disk'
text='main uses WAL mode on a network file system'
is "$(on_file_system 6969 said network_fs_wal)" \
	"critical main: $text (nfs), where connections cannot share the WAL index" \
	'but not on nfs'
like "$(on_file_system ff534d42 said network_fs_wal)" "^critical main: $text \(smb\)" \
	'nor on smb'
like "$(on_file_system 65735546 said network_fs_wal)" "^warning main: $text \(fuse\)" \
	'a file system of a program may be local'
finish
