# Sums up a log of one or more TAP streams: prints "PASSED FAILED SKIPPED".
# A program that ended badly without a failed test, or ran more or fewer tests
# than planned, is one failure more, and the log gets a line with the reason.
#
# usage: awk -v status=EXIT_STATUS -f test/tap.awk LOG
/^(not )?ok [0-9]/ {
	if ($0 ~ /# *[Ss][Kk][Ii][Pp]/)
		skipped++
	else if ($1 == "ok")
		passed++
	else
		failed++
}
/^1\.\.[0-9]+/ {
	plans++
	planned += substr($1, 4)
}
/^Bail out!/ {
	why = "the test bailed out"
}
END {
	ran = passed + failed + skipped
	if (plans == 0)
		why = "the test has no plan and ended with status " status
	else if (planned != ran)
		why = "the test planned " planned " results and gave " ran
	else if (status != 0 && failed == 0)
		why = "the test ended with status " status
	if (why != "") {
		failed++
		print "not ok - " why >>FILENAME
	}
	print passed + 0, failed + 0, skipped + 0
}
