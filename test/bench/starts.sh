# The part of run.sh that runs the benches of programs, which start their own servers.
# shellcheck shell=bash disable=SC2154

# bench SCRIPT: what it says, with its failures counted
bench()
{
	"test/bench/$1.sh" "$rounds" >"$work/said" 2>&1 || true
	sed -n 's/^# \([a-z]*: \)/\1/p; s/^ok [0-9]* - \(.*\)/\1: met/p; s/^not ok [0-9]* - \(.*\)/\1: not met !/p' "$work/said" | tee "$work/lines"
	grep '!$' "$work/lines" >>"$work/over" || true
}

part_starts()
{
	echo
	bench cli
	bench init
}
