#!/usr/bin/perl
# Makes calls of dbcare in a SQL script run under a search_path in which schema evil
# (test/shadows.sql) comes before the catalog: statements of standard input that are calls
# and nothing else, since operators and functions beside them would be the script's own.
#
# usage: test/shadowed.pl NAME <SCRIPT
#        test/shadowed.pl --judge SCRIPT... <LOG: what was planted and ran, but for what
#        the scripts have written themselves
use strict;
use warnings;

my $shadowed = 'set search_path = public, evil, pg_catalog;';
my $usual = 'set search_path = "$user", public;';

# The statements of a script, and lines of psql between them.
sub split_script {
	my ($text) = @_;
	my @parts;
	my $part = '';

	while ($text =~ /\G(\\[^\n]*\n|--[^\n]*\n|'(?:[^']|'')*'|"[^"]*"|(\$\w*\$).*?\2|;|.)/gs) {
		my $token = $1;

		if ($part =~ /^\s*$/ && $token =~ /^\\/) {
			push @parts, $token;
			next;
		}
		$part .= $token;
		if ($token eq ';') {
			push @parts, $part;
			$part = '';
		}
	}
	push @parts, $part;
	return @parts;
}

sub is_call {
	my ($statement) = @_;

	$statement =~ s/--[^\n]*\n//g;
	$statement =~ s/'(?:[^']|'')*'|(\$\w*\$).*?\1/0/gs;
	return $statement !~ /\b(and|in|is|like|not|or)\b/i &&
		$statement =~ /^\s*(select|call)\s+([\w,\s*]*\sfrom\s+)?db\w+\s*\([\w\s,]*\)(\s+order\s+by\s+[\w\s,]+)?;$/i;
}

sub read_file {
	my ($name) = @_;

	open my $file, '<', $name or die "$name: $!";
	local $/;
	return scalar <$file>;
}

if ($ARGV[0] ne '--judge') {
	my $number = 0;

	local $/;
	for my $part (split_script(scalar <STDIN>)) {
		$number++;
		print is_call($part)
			? "\n$shadowed\nset application_name = '$ARGV[0] $number';$part\n$usual\n"
			: $part;
	}
	exit 0;
}

# What the scripts have written, without quotes that are doubled.
shift;
my $written = join "\n", map { read_file($_) } @ARGV;
$written =~ s/'+/'/g;
my %found;
my ($message, %field, $last);

# Notes a message of the log, unless it is about a condition or statement of the caller,
# alone or as a part of one of dbcare.
sub judge {
	my ($ran) = grep { !/^SELECT evil\.note/ }
		($field{CONTEXT} // '') =~ /^SQL statement "(.*?)"$(?=\n(?:In |PL|SQL)|\n?\z)/gms;
	my $client = $field{STATEMENT} // '';
	my $plain;

	$ran //= $client;
	$plain = $ran =~ s/'+/'/gr;
	$found{"$message: $ran"}++
		unless !is_call($client) || index($written, $plain) >= 0 ||
		$client =~ /dbops_execute|dbmigrate_backfill|"where":/;
	undef $message;
	%field = ();
}

while (<STDIN>) {
	chomp;
	if (/^\t(.*)/) {
		$field{$last} .= "\n$1" if $message;
	}
	elsif (/^[^|]*\|([A-Z]+):  (.*)/) {
		($last, my $text) = ($1, $2);
		judge() if $message && $last !~ /^(CONTEXT|STATEMENT)$/;
		$message = $text if $last eq 'LOG' && $text =~ /^planted/;
		$field{$last} = $text if $message;
	}
}
judge() if $message;
print "$found{$_} times $_\n" for sort keys %found;
