#!/bin/bash
# A full disk: the call that meets it says so and leaves the database as it was,
# and once there is room the next one completes.  Disks are small file systems
# in memory, in a mount namespace that ends with this script; where none can be
# mounted, the limit that SQLite puts on its file stands alone.  Prints TAP.
if [ -z "${own_mounts-}" ] &&
	unshare --mount mount -t tmpfs tmpfs /tmp 2>/dev/null; then
	own_mounts=yes exec unshare --mount "$0"
fi
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# Steps that fill a small disk together; each alone would fit.
steps=10
rows=20000

# mount_disk MEGABYTES: a disk at $tmp/disk, which goes last of all.
mount_disk()
{
	disk=$(mktemp -d)
	mount -t tmpfs -o "size=$1m" tmpfs "$disk"
	trap 'clean_up; umount "$disk"; rmdir "$disk"' EXIT
	ln -s "$disk" "$tmp/disk"
}

# Makes the disk that large.
resize_disk()
{
	mount -o "remount,size=$1m" "$disk"
}

# Makes run_log and the steps on database $db.
fill()
{
	{
		[ "$engine" = postgresql ] || echo "pragma journal_mode = $mode;"
		echo 'create table run_log (step integer not null);'
		add_steps "$steps" "$rows"
	} | "$engine" "$db" >"$tmp/made"
}

# How many steps ran, are applied, and failed.
counts()
{
	"$engine" "$db" <<-'END'
		select (select count(*) from run_log),
		    (select count(*) from dbmigrate_status() where state = 'applied'),
		    (select count(*) from dbmigrate_status() where state = 'failed');
	END
}

# full [SQL]: apply, after SQL in the same session, meets the end of the disk.
full()
{
	local before ran applied failed

	before=$("$engine" "$db" <<<"$state_sql")
	"$engine" "$db" <<<"${1-} select dbmigrate_apply();" >"$tmp/answer" || true
	like "$(cat "$tmp/answer")" "$why" "$where: apply says that the disk is full"
	[ -z "$met" ] || like "$(cat "$tmp/answer")" "$met" "$where: ... and what met it"
	is "$("$engine" "$db" <<<"$state_sql")" "$before" "$where: it leaves the database as it was"

	"$engine" "$db" <<<"${1-} select dbmigrate_apply(null, '{\"on_error\": \"report\"}');" >"$tmp/answer" || true
	like "$(cat "$tmp/answer")" "$why" "$where: the report has the error"
	read -r ran applied failed < <(counts)
	is "$ran $failed" "$applied $((ran > 0))" "$where: the applied steps are complete ($applied steps)"
	[ "$engine" = postgresql ] ||
		is "$(sqlite "$db" <<<'pragma integrity_check;')" ok "$where: the file is intact"
}

# With room again, the next call completes.
completes()
{
	"$engine" "$db" <<<'select dbmigrate_apply();' >"$tmp/answer" || true
	is "$(counts)" "$steps $steps 0" "$where: with free space the next call completes"
}

engine=sqlite
why='database or disk is full'
met='migration 0[01][0-9] up, statement'
for mode in delete wal; do
	db=$mode
	where="sqlite $mode, max_page_count"
	sqlite_new "$db"
	fill
	full 'pragma max_page_count = 500;'
	completes
done

if [ -z "${own_mounts-}" ]; then
	skip 'a small disk' 'no file system can be mounted'
	finish
fi
mount_disk 3
for mode in delete wal; do
	# without a cache it is a statement that meets the end, else the commit
	for cache in 10 2000; do
		db=disk/$mode
		where="sqlite $mode, a small disk, a cache of $cache pages"
		[ "$cache" -gt 10 ] && met='' || met='migration 0[01][0-9] up, statement'
		resize_disk 3
		sqlite_new "$db"
		fill
		full "pragma cache_size = $cache;"
		resize_disk 30
		completes
		rm "$tmp/$db.db"*
	done
done

# A database on a separate tablespace: the WAL of the server is elsewhere.
engine=postgresql
where='postgresql, a small disk'
why='No space left on device'
met='migration 0[01][0-9] up, statement'
start_server server
mkdir -m 700 "$disk/space"
[ "$(id -u)" -ne 0 ] || chown --reference="$tmp/server/data" "$disk/space"
chmod 755 "$disk"
"${psql_shell[@]}" -d postgres -c "create tablespace small location '$disk/space'" \
	-c 'create database full_disk tablespace small'
db=full_disk
"${psql_shell[@]}" -d "$db" -c 'create extension dbcare'
fill
resize_disk $(($(du -sm "$disk" | cut -f 1) + 6))
full $'\\set VERBOSITY verbose\n'
like "$(cat "$tmp/answer")" 53100 "$where: ... with its code"
resize_disk 60
completes

# What watches the database says why it takes no samples, and goes on.
where="$where, watched"
postgresql "$db" <<<'select dbmonitor_start(0.1);' >"$tmp/answer"
dd if=/dev/zero of="$disk/filler" bs=64k 2>"$tmp/answer" || true
is "$(until_true "$db" "select dbmonitor_status() ->> 'problem' like 'The last sample failed: could not extend file %'")" '' \
	"$where: a sample that fails is told of"
rm "$disk/filler"
is "$(until_true "$db" "select dbmonitor_status() ->> 'problem' = 'Monitoring ends with the server.'")" '' \
	"$where: with room the next one is taken"
finish
