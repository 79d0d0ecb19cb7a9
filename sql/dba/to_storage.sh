#!/bin/bash
# Makes a backup and sends it to object storage with rclone.  Needs the command
# dbcare.
#
# usage: to_storage.sh DATABASE REMOTE [DIRECTORY]
#
# DATABASE is what dbcare takes after --db.  REMOTE is a place as rclone names it, such
# as s3:bucket/shop.  On PostgreSQL, DIRECTORY is where the server makes the backup and
# this machine reads it; the backup is removed there when it has been sent.
#
# The object is REMOTE/NAME.tar.  It has that name only if all of it was sent.
set -euo pipefail

if [ $# -lt 2 ]; then
	sed -n 's/^# \(usage: .*\)/\1/p' "$0" >&2
	exit 2
fi
database=$1
remote=${2%/}
name=$(date -u +%Y%m%dT%H%M%SZ)-$$
if [ $# -gt 2 ]; then
	dbcare --db "$database" --quiet backup "$name" --directory "$3"
	tar -C "$3" -cf - "$name" | rclone rcat "$remote/$name.unfinished"
	rm -r "${3:?}/$name"
else
	dbcare --db "$database" --quiet backup "$name" --stdout | rclone rcat "$remote/$name.unfinished"
fi
rclone moveto "$remote/$name.unfinished" "$remote/$name.tar"
echo "$remote/$name.tar"
