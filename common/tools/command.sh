#!/bin/sh
# Rewrites the list of verbs at the end of a copy of doc/command.md, from the table
# of the command.
#
# usage: common/tools/command.sh FILE
set -eu

sed -i '/^<!-- Below: made from cli\/verbs.def/q' "$1"
{
	echo
	build/dbcare help --as markdown | sed '$d'
} >>"$1"
