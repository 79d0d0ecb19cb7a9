# Holds what was found against what is there.
package Judge;
use strict;
use warnings;
use Values;
use Model;
use Rows;
use Sql;

my $json = $Engine::json;

# the option samples, which cannot be more
our $most = 1000;

# how often a kind of violation was seen, and rows taken and refused
our %seen;

# ---- violations ----

# The key of a row as dbcheck shows it, without blanks.
sub shown_key
{
	my ($table, $number) = @_;
	return '{"rowid":' . ($number + 1) . '}' unless $table->{key};
	my @places = @{ $table->{key}{columns} };
	my @values = map { json_of($table->{rows}[$number][$_]) } @places;
	return $values[0] if @places == 1;
	my %key;
	@key{ map { $json->encode($table->{columns}[$_]{name}) } @places } = @values;
	return '{' . join(',', map { "$_:$key{$_}" } sort keys %key) . '}';
}

# The name of a table as dbcheck shows it.
sub shown_table
{
	my ($engine, $table) = @_;
	return ($engine->{is_sqlite} ? '' : 'public.') . Model::identifier($table->{name});
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
	my ($engine, $table) = @_;
	return $engine->{is_sqlite} unless $table->{key};
	return !Rows::repetitions($table, $table->{key});
}

# What is wrong with the keys that are shown, or nothing.
sub compare_keys
{
	my ($engine, $violation, $keys) = @_;
	my $table = $violation->{table};
	return '' unless has_sound_keys($engine, $table);
	return compare_some($violation, $keys) if number_of($violation) > $most;
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

# The same where not all are shown.
sub compare_some
{
	my ($violation, $keys) = @_;
	my %there = map { shown_key($violation->{table}, $_) => 1 }
		@{ $violation->{rows} // [] }, map { @$_ } @{ $violation->{groups} // [] };
	my @wrong = grep { !$there{$_} } map { $json->encode($_) } @$keys;
	return @wrong ? join(', ', sort @wrong) . ' should not be shown' : @$keys == $most ? '' : 'not enough keys are shown';
}

# How many rows violate a constraint.
sub number_of
{
	my ($violation) = @_;
	my $number = @{ $violation->{rows} // [] };
	$number += @$_ - 1 for @{ $violation->{groups} // [] };
	return $number;
}

# Compares what was found with the violations that are there; returns complaints.
sub judge
{
	my ($engine, $violations, @lines) = @_;
	my @complaints;
	my %there = map { shown_table($engine, $_->{table}) . ' ' . shown_name($_) => $_ } @$violations;
	for my $line (@lines)
	{
		my (undef, $table, $name, $kind, $violations, $keys, $message) = @$line;
		my $violation = delete $there{"$table $name"};
		$seen{$kind}++;
		my $wrong = !$violation ? 'it is well'
			: $kind ne $violation->{kind} ? "it is of kind $violation->{kind}"
			: ($violations // -1) != number_of($violation) ? 'there are ' . number_of($violation)
			: compare_keys($engine, $violation, $keys);
		push @complaints, "$table $name $kind: " . ($violations // 'unknown') . " ($message), but $wrong" if $wrong;
	}
	push @complaints, map { "$_: " . number_of($there{$_}) . ' are not found' } sort keys %there;
	return @complaints;
}

# Compares what the engine itself has judged with what is there.
sub judge_engine
{
	my ($engine, $schema, $violations, @lines) = @_;
	my %judged = map { ("$_->[1] $_->[2]" => $_->[3]) } @lines;
	my @complaints;
	my %numbers;
	$numbers{"$_->{table}{number} $_->{name}"} = number_of($_)
		for grep { defined $_->{name} } @$violations;
	for my $table (grep { !$_->{partitioned} } @{ $schema->{tables} })
	{
		my @keys = @{ $table->{foreign_keys} };
		for my $i (0 .. $#keys)
		{
			my $number = $numbers{"$table->{number} $keys[$i]{name}"} // 0;
			my $judged = $engine->{is_sqlite} ? $judged{"$table->{name} " . ($#keys - $i)} // 0
				: $judged{ Sql::quote($table->{name}) . " $keys[$i]{name}" };
			$number = $number ? 0 : 1 unless $engine->{is_sqlite};
			push @complaints, "$table->{name} $keys[$i]{name}: the engine says $judged, not $number" if $judged != $number;
		}
		for my $check (grep { !$engine->{is_sqlite} && !$_->{domain} } @{ $table->{checks} })
		{
			my $valid = $numbers{"$table->{number} $check->{name}"} ? 0 : 1;
			push @complaints, "$table->{name} $check->{name}: the engine says otherwise"
				if $judged{ Sql::quote($table->{name}) . " $check->{name}" } != $valid;
		}
	}
	return @complaints;
}

# Compares the rows before a repair with those after it was taken back.  Rows that
# violate other constraints, too, could not be restored: then the repair is
# refused.
sub judge_repair
{
	my ($schema, $refusals, @lines) = @_;
	my %before = map { ($_->[1] => $_->[2] // '') } grep { $_->[0] eq 'before' } @lines;
	my %after = map { ($_->[1] => $_->[2] // '') } grep { $_->[0] eq 'after' } @lines;
	if (grep { /could not be restored by an undo/ } @$refusals)
	{
		$seen{'repairs refused'}++;
		return $schema->{sound} ? @$refusals : ();
	}
	$seen{repairs}++ unless grep { /repair 1 does not exist/ } @$refusals;
	my @complaints = map { "$_ is not what it was before the repair" }
		grep { $before{$_} ne ($after{$_} // '') } sort keys %before;
	push @complaints, map { "$_->[1] orphans are left by the repair" } grep { $_->[0] eq 'left' && $_->[1] } @lines;
	push @complaints, 'there was no repair' unless grep { $_->[0] eq 'left' } @lines;
	return (@complaints, grep { !/repair 1 does not exist/ } @$refusals);
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

1;
