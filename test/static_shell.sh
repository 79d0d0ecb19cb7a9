#!/bin/bash
# The SQLite shell that make sqlite-shell has built needs no library, and has dbcare in
# every connection.  Prints TAP.
#
# usage: test/static_shell.sh SHELL
# shellcheck source=test/lib.sh
. "$(dirname "$0")/lib.sh"

shell=$(realpath "$1")
is "$(readelf -d "$shell" | grep NEEDED || true)" '' 'it needs no shared library'
cd "$tmp"
is "$("$shell" shop.db 2>&1 <<-'END'
	select dbmigrate_add('1', 'one', 'create table one (id integer primary key)', 'drop table one') is not null;
	select json_extract(dbmigrate_apply(), '$.success');
	select dbhealth_status();
	select dbmigrate_rollback() is not null;
	.open other.db
	select dbcare_version() is not null;
END
)" "$(printf '%s\n' 1 1 healthy 1 1)" 'migrations and health, and another connection'
# files, compression and encryption, which the system's libraries do elsewhere
mkdir backups
is "$(KEY=a-long-passphrase "$shell" shop.db 2>&1 <<-END
	select json_extract(dbbackup_create('b', '{"directory": "$tmp/backups", "compress": true, "encrypt": {"key_env": "KEY"}}'), '$.name');
END
)" b 'a compressed and encrypted backup'
finish
