# shellcheck shell=bash
# What make check tries of all that a sweep has, for check.sh and lib.sh, which source
# it.  It depends on $seed alone; make soak sets DBCARE_WHOLE and tries all.

# sample COUNT ITEM ...: so many of the items, one a line.
sample()
{
	local count=$1 first

	shift
	if [ -n "${DBCARE_WHOLE-}" ] || [ "$count" -ge $# ]; then
		printf '%s\n' "$@"
		return
	fi
	first=$((seed % $#))
	set -- "${@:first + 1}" "${@:1:first}"
	printf '%s\n' "${@:1:count}"
}

# one_of STEP: of the lines of standard input one of so many.
one_of()
{
	local step=$1

	[ -z "${DBCARE_WHOLE-}" ] || step=1
	awk -v step="$step" -v first=$((seed % step)) 'NR % step == first'
}
