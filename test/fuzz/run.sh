#!/bin/bash
# Fuzzes the readers of text from outside, each target of fuzz.c for a time, and
# prints TAP.  What is found stays in build/fuzz as TARGET-crash-...; make it a
# seed once it is corrected.
#
# usage: test/fuzz/run.sh SECONDS [TARGET ...]
set -eu
cd "$(dirname "$0")/../.."

seconds=$1
shift
[ $# -gt 0 ] || set -- $(ls test/fuzz/seeds)
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
failed=0
number=0
echo "1..$#"
for target in "$@"; do
	mkdir -p "build/fuzz/found/$target"
	number=$((number + 1))
	if FUZZ_TARGET=$target build/fuzz/fuzz -max_total_time="$seconds" \
		-max_len=4000 -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
		-artifact_prefix="build/fuzz/$target-" "build/fuzz/found/$target" \
		"test/fuzz/seeds/$target" >"build/fuzz/$target.log" 2>&1; then
		echo "ok $number - $target:" \
			"$(sed -n 's/.*number_of_executed_units: //p' "build/fuzz/$target.log") inputs"
	else
		failed=1
		echo "not ok $number - $target"
		tail -n 40 "build/fuzz/$target.log" | sed 's/^/# /'
	fi
done
exit $failed
