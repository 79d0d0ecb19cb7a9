#!/usr/bin/perl
# growth_postgresql.pl PLANS TABLES: reads the plans that auto_explain has printed, as JSON, and prints
# the statements that have read more than MOST rows for each table, each with the beginning of
# its text.
use strict;
use warnings;

use constant {
	MOST       => 2500,
	STATEMENTS => 60
};

my ($path, $tables) = @ARGV;
my (%most, $text, $rows, $loops, $sum);

open my $in, '<', $path or die "$path: $!\n";
while (<$in>) {
	print if /^ERROR:/;
	if (/^  "Query Text": "(.*)",$/) {
		$text = $1;
		$sum = 0;
	}
	elsif (/^ +"Actual Rows": (\d+)/) {
		$rows = $1;
	}
	elsif (/^ +"Actual Loops": (\d+)/) {
		$loops = $1;
		$sum += $rows * $loops;
	}
	elsif (/^ +"Rows Removed by [A-Za-z ]+": (\d+)/) {
		$sum += $1 * $loops;
	}
	elsif ($_ eq "}\n" && defined $text) {
		$most{$text} = $sum if $sum > ($most{$text} // -1);
	}
}
for my $read (sort keys %most) {
	printf "%d rows: %.200s\n", $most{$read}, $read if $most{$read} > MOST * $tables;
}
print keys %most > STATEMENTS ? "most have run\n" : scalar(keys %most) . " have run\n";
