#!/usr/bin/perl
# Random schemas with random rows, and whether dbcheck_constraints() finds
# exactly the violations that are there, and dbcheck_row() says what INSERT does.
# Prints TAP, a test per schema.
#
# usage: test/truth/truth.pl ENGINE [COUNT [SEED]]
#
# ENGINE is postgresql, on the server the environment (PGHOST, ...) names, where
# the database truth becomes a new one, or sqlite.  COUNT (25) schemas are made
# from SEED on: schema N is always the same, so that COUNT 1 makes one again.
# What is found wrong names the file with its SQL.
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));
use FindBin;
use lib $FindBin::Bin;
use JSON::PP;
use Values;
use Model;
use Rows;
use Sql;

my ($engine, $count, $seed) = @ARGV;
die "usage: $0 postgresql|sqlite [COUNT [SEED]]\n" unless ($engine // '') =~ /^(postgresql|sqlite)$/;
$count //= 25;
$seed //= time % 1_000_000;
my $json = JSON::PP->new->canonical->allow_nonref;
my $directory = "build/check/truth";
my $extension = $ENV{DBCARE_SQLITE} // './sqlite_ext/dbcare';

# how often a kind of violation was seen, and rows taken and refused
my %seen;

# ---- the engine ----

# Runs SQL from a file; returns what it prints.
sub run
{
	my ($file) = @_;
	my $command = $engine eq 'sqlite'
		? "sqlite3 -batch -init /dev/null -list $file.db <$file 2>&1"
		: "psql -qAtX -v ON_ERROR_STOP=0 -d truth -f $file 2>&1";
	my $output = `$command`;
	utf8::decode($output);
	return $output;
}

# Writes SQL into a file and runs it.
sub run_sql
{
	my ($file, $sql) = @_;
	open my $handle, '>', $file or die "$file: $!\n";
	print $handle $sql;
	close $handle or die "$file: $!\n";
	return run($file);
}

# SQL for a JSON array of values.
sub array
{
	my (@values) = @_;
	return ($engine eq 'sqlite' ? 'json_array(' : 'jsonb_build_array(') . join(', ', @values) . ')';
}

# SQL for JSON that is a column, or text.
sub document { return $engine eq 'sqlite' ? "json($_[0])" : $_[0]; }

# The prologue of a script.
sub prologue
{
	return $engine eq 'sqlite' ? ".load $extension\npragma foreign_keys = on;\n" : "set client_min_messages = warning;\n";
}

# ---- violations ----

# The key of a row as dbcheck shows it.
sub shown_key
{
	my ($table, $number) = @_;
	return $json->encode({ rowid => $number + 1 }) unless $table->{key};
	my @places = @{ $table->{key}{columns} };
	my @values = map { $json->decode(json_of($table->{rows}[$number][$_])) } @places;
	return $json->encode($values[0]) if @places == 1;
	my %key;
	@key{ map { $table->{columns}[$_]{name} } @places } = @values;
	return $json->encode(\%key);
}

# The name of a table as dbcheck shows it.
sub shown_table
{
	my ($table) = @_;
	return ($engine eq 'sqlite' ? '' : 'public.') . Model::identifier($table->{name});
}

# The name of a constraint: that of a NOT NULL is made of its column.
sub shown_name
{
	my ($violation) = @_;
	return $violation->{name} // join '_', $violation->{table}{name}, $violation->{column}, $violation->{kind};
}

# Whether keys name the rows of a table.
sub has_sound_keys
{
	my ($table) = @_;
	return $engine eq 'sqlite' unless $table->{key};
	return !Rows::repetitions($table, $table->{key});
}

# What is wrong with the keys that are shown, or nothing.
sub compare_keys
{
	my ($violation, $keys) = @_;
	my $table = $violation->{table};
	return '' unless has_sound_keys($table);
	my %left = map { $json->encode($_) => 1 } @$keys;
	return 'a key is shown twice' if keys %left != @$keys;
	for my $group (@{ $violation->{groups} // [] })
	{
		my $shown = grep { delete $left{ shown_key($table, $_) } } @$group;
		return "$shown of the rows " . join(', ', map { shown_key($table, $_) } @$group) . ' are shown' if $shown != @$group - 1;
	}
	for my $row (@{ $violation->{rows} // [] })
	{
		my $key = shown_key($table, $row);
		return "$key is not shown" unless delete $left{$key};
	}
	return %left ? join(', ', sort keys %left) . ' should not be shown' : '';
}

# How many rows violate a constraint.
sub number_of
{
	my ($violation) = @_;
	my $number = @{ $violation->{rows} // [] };
	$number += @$_ - 1 for @{ $violation->{groups} // [] };
	return $number;
}

# Compares what was found with what is there; returns complaints.
sub judge
{
	my ($schema, @lines) = @_;
	my @complaints;
	my %there = map { shown_table($_->{table}) . ' ' . shown_name($_) => $_ } Rows::violations($schema);
	for my $line (@lines)
	{
		my ($table, $name, $kind, $violations, $keys, $message) = @$line;
		my $violation = delete $there{"$table $name"};
		$seen{$kind}++;
		my $wrong = !$violation ? 'it is well'
			: $kind ne $violation->{kind} ? "it is of kind $violation->{kind}"
			: ($violations // -1) != number_of($violation) ? 'there are ' . number_of($violation)
			: compare_keys($violation, $keys);
		push @complaints, "$table $name $kind: " . ($violations // 'unknown') . " ($message), but $wrong" if $wrong;
	}
	push @complaints, map { "$_: " . number_of($there{$_}) . ' are not found' } sort keys %there;
	return @complaints;
}

# ---- rows that are not there ----

# A row that a table may take or not, as JSON and as columns and values of an
# INSERT.
sub candidate
{
	my ($table) = @_;
	my $row = Rows::make_row($table);
	Rows::refer($table, $_, $row) for @{ $table->{foreign_keys} };
	my @places = grep {
		my $column = $table->{columns}[$_];
		!$column->{generated} && !($row->[$_] && $row->[$_][0] eq 'b') && !($column->{default} && chance(0.5))
	} 0 .. $#$row;
	my $document = '{' . join(', ', map { $json->encode($table->{columns}[$_]{name}) . ': ' . json_of($row->[$_]) } @places) . '}';
	my $columns = Sql::columns($table, \@places);
	my $source = $engine eq 'sqlite' ? 'values (' . join(', ', map { literal($row->[$_]) } @places) . ')'
		: "select $columns from jsonb_populate_record(null::" . Sql::quote($table->{name}) . ', ' . Sql::string($document) . ')';
	return ($document, "insert into " . Sql::quote($table->{name}) . " ($columns) $source");
}

# SQL that asks whether a table takes rows, and then tries.
sub ask_rows
{
	my ($schema) = @_;
	my $sql = '';
	for my $table (@{ $schema->{tables} })
	{
		for my $i (1 .. 4)
		{
			my ($document, $insert) = candidate($table);
			my $name = Sql::string(Sql::quote($table->{name}));
			my $row = Sql::string($document);
			$sql .= 'select ' . array("'told'", $name, $row, '(select count(*) from dbcheck_row(' . "$name, $row))") . ";\n";
			$sql .= "begin;\n$insert;\nselect " . array("'done'", $name, $row, 'count(*)')
				. ' from ' . Sql::quote($table->{name}) . ";\nrollback;\n";
		}
	}
	return $sql;
}

# Compares what was told of rows with what happened to them.
sub judge_rows
{
	my ($schema, @lines) = @_;
	my %sizes = map { Sql::quote($_->{name}) => scalar @{ $_->{rows} } } @{ $schema->{tables} };
	my %taken;
	my @complaints;
	for my $line (@lines)
	{
		$taken{"$line->[1] $line->[2]"} = 1 if $line->[0] eq 'done' && $line->[3] > $sizes{ $line->[1] };
	}
	for my $line (grep { $_->[0] eq 'told' } @lines)
	{
		my $taken = $taken{"$line->[1] $line->[2]"} // 0;
		$seen{ $taken ? 'rows taken' : 'rows refused' }++;
		push @complaints, "$line->[1] " . ($taken ? 'takes' : 'refuses') . " $line->[2], but $line->[3] flaws are told"
			if $taken == ($line->[3] > 0);
	}
	return @complaints;
}

# ---- one schema ----

# Makes a schema and returns what is wrong.
sub try_schema
{
	my ($number) = @_;
	my $file = "$directory/$engine.$number.sql";
	srand $number;
	my $schema = Model::make_schema($engine, 1);
	Rows::fill($schema);
	unlink "$file.db";
	my $sql = $engine eq 'sqlite' ? Sql::for_sqlite($schema)
		: "set client_min_messages = warning;\ndrop schema if exists public cascade;\ncreate schema public;\n"
		. "create extension dbcare;\n" . Sql::for_postgresql($schema);
	my $said = run_sql($file, $sql) =~ s/^off\n//r;
	return "$file: $said" if $said;
	rename "$file.db", "$file.ask.db";
	my $answer = run_sql("$file.ask", prologue() . 'select '
		. array(qw(table_name constraint_name kind violations), document('sample_keys'), 'message')
		. " from dbcheck_constraints(null, '{\"samples\": 1000}');\n" . ask_rows($schema));
	my @lines = map { $json->decode($_) } grep { /^\[/ } split /\n/, $answer;
	my @refused = grep { /dbcare|internal|corrupt|malformed/i && !/^\[/ } split /\n/, $answer;
	my @complaints = (judge($schema, grep { $_->[0] !~ /^(told|done)$/ } @lines), judge_rows($schema, grep { $_->[0] =~ /^(told|done)$/ } @lines), @refused);
	unlink $file, "$file.ask", "$file.ask.db" unless @complaints;
	return map { "$file.ask: $_" } @complaints;
}

system('mkdir', '-p', $directory) == 0 or die "cannot make $directory\n";
if ($engine eq 'postgresql')
{
	system('psql', qw(-qX -d postgres -c), 'drop database if exists truth', '-c', 'create database truth') == 0 or die;
}
my $failed = 0;
$| = 1;
print "1..$count\n";
for my $i (1 .. $count)
{
	my $number = $seed + $i - 1;
	my @complaints = try_schema($number);
	$failed = 1 if @complaints;
	print @complaints ? 'not ' : '', "ok $i - $engine schema $number\n", map { "# $_\n" } @complaints;
}
print '# seen: ', join(', ', map { "$_ $seen{$_}" } sort keys %seen), "\n";
exit $failed;
