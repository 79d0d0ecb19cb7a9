#!/bin/bash
# test/contract.sh: it fails if the contract has changed and CHANGELOG.md does not say so.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# a tree with what that script reads
tree=$tmp/tree
mkdir -p "$tree/test" "$tree/expected"
cp test/contract.sh "$tree/test/"
cp META.json CHANGELOG.md "$tree/"
ln -s "$PWD/sqlite_ext" "$tree/sqlite_ext"
start_server server

# contract [--accept]: what it prints, and its exit code.
contract()
{
	local code=0

	"$tree/test/contract.sh" "$@" 2>&1 || code=$?
	echo "exit $code"
}

# accepted SED: the file of the last release is that of these sources, but for a change.
accepted() { sed -E "$1" expected/contract.txt >"$tree/expected/contract.txt"; }

# section TITLE TEXT: the first section of CHANGELOG.md.
section() { printf '# Changes\n\n## %s\n\n%s\n\n## 0.0.9 (2020-01-01)\n\nhistory_limit\n' "$1" "$2" >"$tree/CHANGELOG.md"; }

option='^option dbhealth_growth\.days '
accepted ''
like "$(contract)" '^1\.\.1.ok 1 .*exit 0$' 'the contract of the sources is that of the file'
accepted "/$option/d"
like "$(contract)" 'not ok 1 .*\+option dbhealth_growth\.days .*exit 1$' 'before its release another one fails, as a difference'

# the sources are those of a version after the release
before='1s/dbcare [0-9.]+/dbcare 0.0/'
section "$(sed -n 's/^	"version": "\(.*\)",/\1/p' META.json) (unreleased)" 'Nothing of dbhealth_growth.'
accepted "$before"
like "$(contract)" 'ok 1 .*exit 0$' 'the next version may have the contract of the last release'
for change in "/$option/d" "s/($option.*) = [0-9]+/\\1 = 29/" "s/$option/option dbhealth_growth.weeks /"; do
	accepted "$before; $change"
	like "$(contract)" 'not ok 1 .*dbhealth_growth\.days has changed, and CHANGELOG\.md does not name it.*exit 1$' \
		"a change that CHANGELOG.md does not name fails: $change"
done
section '0.1.0 (unreleased)' 'dbhealth_growth.weeks is dbhealth_growth.days.'
like "$(contract)" 'ok 1 .*exit 0$' '... and passes with its line'

# released
section '0.1.0 (2026-12-01)' 'dbhealth_growth.days'
accepted "/$option/d"
like "$(contract)" 'not ok 1 .*exit 1$' 'the contract of a version with a date does not change'
like "$(contract --accept)" 'is released: only another version has another one.exit 1$' '... and is not accepted'
finish
