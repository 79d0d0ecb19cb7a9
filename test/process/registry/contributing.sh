#!/bin/bash
# Adds the health check, the function, the lint rule and the verb of doc/contributing.md
# to a copy of the tree, as the page says, and runs their tests on both engines.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
unset MAKEFLAGS

page=$PWD/doc/contributing.md
tree=$tmp/tree

# Applies the blocks of a section: each goes to the file that its step names
# first, above the line that it names, or before the end of its tests if it has one.
# Prints the files.
apply_section()
{
	perl -e '
		my ($section, $page) = @ARGV;
		my ($in, $file, $above, $block);
		open my $lines, "<", $page or die;
		while (<$lines>) {
			$in = $1 eq $section if /^## (.*)/;
			next unless $in;
			($file, $above) = ($1, undef) if /^\d+\. `([^`]+)`/;
			$above = $1 if /^(?:\d+\.|  ) .*above `([^`]+)`/;
			if (/^ +```/) {
				if (defined $block) {
					my $text = "";
					if (open my $old, "<", $file) {
						$text = join("", <$old>);
					}
					if ($above) {
						$text =~ s/^(?=\s*\Q$above\E)/$block/m or die "$file has no $above";
					} else {
						$text =~ s/(\nselect \* from finish\(\);)/\n$block$1/
							or $text .= ($text eq "" ? "" : "\n") . $block;
					}
					open my $new, ">", $file or die "$file: $!";
					print $new $text;
					print "$file\n";
				}
				$block = defined $block ? undef : "";
			} elsif (defined $block) {
				s/^   //;
				$block .= $_;
			}
		}' "$1" "$page"
}

mkdir "$tree"
tar -c --exclude=./.git --exclude=./build/{check,fault,fuzz,unit,watched} . | tar -x -C "$tree"
cd "$tree"
is "$(apply_section 'Add a health check' | wc -l)" 5 'a health check takes 5 files'
is "$(apply_section 'Add a function' | wc -l)" 3 'a function takes 3 files'

is "$(apply_section 'Add a lint rule' | wc -l)" 3 'a lint rule takes 3 files'
is "$(apply_section 'Add a verb' | wc -l)" 3 'a verb takes 3 files'

status=0
make -s accept PARITY='parity_health parity_lint_rules' WERROR=-Werror >"$tmp/accepted" 2>&1 || status=1
result $status 'one command accepts all' "$(cat "$tmp/accepted")"
is "$(tail -n 2 expected/parity_health.out | cut -c1-30)" "1
ERROR: unknown option \"check\"." 'the function gives the same on both engines'
is "$(tail -n 1 expected/parity_lint_rules.out)" 'info|table "a b" has a blank in its name' \
	'the rule finds the same on both engines'
is "$(grep -c '^### `dbcare orphans ' doc/command.md)" 1 'the verb is in the manual'
status=0
test/process/cli/verbs.sh >"$tmp/answer" 2>&1 || status=1
result $status 'the test of the verb passes' "$(grep -A9 '^not' "$tmp/answer")"

start_server server
status=0
pg_prove --dbname postgres test/pgtap/health/schema.sql >"$tmp/answer" 2>&1 || status=1
result $status 'the test of the check passes on PostgreSQL' "$(cat "$tmp/answer")"
status=0
test/sqlite/run.sh health/schema >"$tmp/answer" 2>&1 || status=1
result $status 'the test of the check passes on SQLite' "$(grep -A9 '^not' "$tmp/answer")"
finish
