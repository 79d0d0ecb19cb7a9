#!/usr/bin/perl
# Random schemas with random rows: whether dbcheck_constraints() finds exactly
# the violations that are there, and the engine agrees where it can judge;
# whether dbcheck_row() says what INSERT does; and whether a repair of orphans
# leaves none and is taken back completely.  Prints TAP, a test per schema.
#
# usage: test/truth/truth.pl ENGINE [COUNT [SEED]]
#
# ENGINE is postgresql, or wire without the extension, on the server the environment (PGHOST, ...) names, where
# the database truth becomes a new one, or sqlite.  COUNT (25) schemas are made
# from SEED on: schema N is always the same, so that COUNT 1 makes one again.
# One of 25 has many rows and little memory.  What is found wrong names the file
# with its SQL.
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));
use FindBin;
use lib $FindBin::Bin;
use Engine;
use Judge;
use Ask;

my ($name, $count, $seed) = @ARGV;
die "usage: $0 postgresql|wire|sqlite [COUNT [SEED]]\n" unless ($name // '') =~ /^(postgresql|wire|sqlite)$/;
$count //= 25;
$seed //= time % 1_000_000;
my $engine = Engine->new($name);
my $directory = 'build/check/truth';

# A line of JSON; all rows of a table, which may be long, stay as they are.
sub decode
{
	my ($line) = @_;
	return [$1, $2, $3] if $line =~ /^\["(before|after)", ?("(?:[^"\\]|\\.)*")(.*)\]$/;
	return $Engine::json->decode($line);
}

# Makes a schema and returns what is wrong.
sub try_schema
{
	my ($number) = @_;
	my $large = $number % 25 == 0;
	my $file = "$directory/$name.$number";
	srand $number;
	my $schema = Model::make_schema($engine->{is_sqlite} ? 'sqlite' : 'postgresql', $large);
	Rows::fill($schema);
	unlink "$file.db";
	my @said = grep { !/^( *defensive )?off$/ } $engine->run("$file.db", "$file.make.sql", $engine->make($schema));
	return map { "$file.make.sql: $_" } @said if @said;
	my @answer = $engine->run("$file.db", "$file.ask.sql", $engine->prologue($large) . Ask::violations($engine)
		. Ask::rows($engine, $schema) . $engine->ask_engine($schema) . Ask::repair($engine, $schema));
	my %lines = (found => [], told => [], judged => [], repaired => []);
	my %topic = (done => 'told', before => 'repaired', left => 'repaired', after => 'repaired');
	for my $line (map { decode($_) } grep { /^\[/ } @answer)
	{
		push @{ $lines{ $topic{ $line->[0] } // $line->[0] } }, $line;
	}
	# which constraints an INSERT violated was asked for, but nothing else
	my ($repairing, @errors, @refusals);
	for my $line (@answer)
	{
		$repairing ||= $line =~ /^\["before"/;
		push @refusals, $line if $repairing && $line =~ /error/i && $line !~ /^[\[{]/;
		push @errors, $line if !$repairing && $line =~ /dbcare:|internal|corrupt|malformed/i && $line !~ /^\[/;
	}
	my @violations = Rows::violations($schema);
	my @complaints = (Judge::judge($engine, \@violations, @{ $lines{found} }), Judge::judge_rows($schema, @{ $lines{told} }),
		Judge::judge_engine($engine, $schema, \@violations, @{ $lines{judged} }),  Judge::judge_repair($schema, \@refusals, @{ $lines{repaired} }), @errors);
	# they refer to each other
	%$_ = () for @{ $schema->{tables} };
	unlink "$file.db", "$file.make.sql", "$file.ask.sql" unless @complaints;
	return map { "$file.ask.sql: $_" } @complaints;
}

system('mkdir', '-p', $directory) == 0 or die "cannot make $directory\n";
if ($name ne 'sqlite')
{
	system('psql', qw(-qX -d postgres -c), 'set client_min_messages = warning', '-c', 'drop database if exists truth',
		'-c', 'create database truth') == 0 or die "cannot make a database\n";
	$Model::nulls_equal = `psql -qAtX -d truth -c 'show server_version_num'` >= 150000;
}
my $failed = 0;
$| = 1;
print "1..$count\n";
for my $i (1 .. $count)
{
	my $number = $seed + $i - 1;
	my @complaints = try_schema($number);
	$failed = 1 if @complaints;
	print @complaints ? 'not ' : '', "ok $i - $name schema $number\n", map { "# $_\n" } @complaints;
}
print '# seen: ', join(', ', map { "$_ $Judge::seen{$_}" } sort keys %Judge::seen), "\n";
exit $failed;
