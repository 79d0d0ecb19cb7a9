#!/bin/bash
# Adds the health check and the function of doc/contributing.md to a copy of the
# tree, as the page says, and runs their tests on both engines.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
unset MAKEFLAGS

page=$PWD/doc/contributing.md
tree=$tmp/tree

# Applies the blocks of a section: each goes to the file that its step names
# first, before the end of its tests if it has one.  Prints the files.
apply_section()
{
	perl -e '
		my ($section, $page) = @ARGV;
		my ($in, $file, $block);
		open my $lines, "<", $page or die;
		while (<$lines>) {
			$in = $1 eq $section if /^## (.*)/;
			next unless $in;
			$file = $1 if /^\d+\. `([^`]+)`/;
			if (/^ +```/) {
				if (defined $block) {
					my $text = "";
					if (open my $old, "<", $file) {
						$text = join("", <$old>) . "\n";
					}
					$text =~ s/(\nselect \* from finish\(\);)/\n$block$1/
						or $text .= $block;
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

status=0
make -s accept PARITY=parity_health WERROR=-Werror >"$tmp/accepted" 2>&1 || status=1
result $status 'one command accepts both' "$(cat "$tmp/accepted")"
is "$(tail -n 2 expected/parity_health.out | cut -c1-30)" "1
ERROR: unknown option \"check\"." 'the function gives the same on both engines'

start_server server
status=0
pg_prove --dbname postgres test/pgtap/health/schema.sql >"$tmp/answer" 2>&1 || status=1
result $status 'the test of the check passes on PostgreSQL' "$(cat "$tmp/answer")"
status=0
test/sqlite/run.sh health/schema >"$tmp/answer" 2>&1 || status=1
result $status 'the test of the check passes on SQLite' "$(grep -A9 '^not' "$tmp/answer")"
finish
