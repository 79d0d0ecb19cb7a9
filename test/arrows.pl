#!/usr/bin/perl
# Writes -> and ->> of an SQL script as calls of json_extract(), for shells of
# SQLite 3.37, which does not have these operators.  Inside strings, too, where
# quotes are doubled.
use strict;
use warnings;

# A name with its qualifiers, an alias before *, or what a parenthesis closes.
my $name = qr/(?:[\w.]|"[^"]*")+/;

# Where the operand that ends before $end begins.
sub start_of {
	my ($text, $end) = @_;
	my $depth = 0;
	my $at = $end;

	return $end - length $1 if substr($text, 0, $end) =~ /($name)\z/;
	return $end - length $1 if substr($text, 0, $end) =~ /('[^']*')\z/;
	while ($at > 0) {
		my $c = substr($text, --$at, 1);
		if ($c eq "'") {
			$at = rindex($text, "'", $at - 1);
			return if $at < 0;
		}
		$depth++ if $c eq ')';
		$depth-- if $c eq '(';
		last unless $depth;
	}
	return if $depth;
	return $at - length $1 if substr($text, 0, $at) =~ /($name)\z/;
	return $at;
}

my $sql = do { local $/; <> };
while ($sql =~ /\s*(?<!-)(->>?)\s*(?:('+)([^']*)\2|(\d+))/) {
	my ($from, $to, $arrow, $quote, $key, $index) = ($-[0], $+[0], $1, $2 // "'", $3, $4);
	my $start = start_of($sql, $from);
	defined $start or die "no operand of $arrow: " . substr($sql, $from - 40, 80);
	my $operand = substr($sql, $start, $from - $start);
	my $path = defined $index ? "\$[$index]" : $key =~ /^\$/ ? $key : "\$.\"$key\"";
	my $call = "json_extract($operand, $quote$path$quote)";
	$call = "json_quote($call)" if $arrow eq '->';
	substr($sql, $start, $to - $start) = $call;
}
print $sql;
