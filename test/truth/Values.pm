# What values are, how a column stores them and which of them are equal, by the
# rules of each engine.  A value is undef for null or [type, text]: i integer,
# n other number, t text, b blob in hexadecimal digits.
package Values;
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(null_or literal json_of stored canonical compare random_value
	pick chance is_number);

# One of a list, or true with a chance.
sub pick { return $_[rand @_]; }
sub chance { return rand() < $_[0]; }

# A value, or null with a chance.
sub null_or { my ($share, $value) = @_; return chance($share) ? undef : $value; }

# As a literal of SQL.
sub literal
{
	my ($value) = @_;
	return 'null' unless defined $value;
	my ($type, $text) = @$value;
	return "x'$text'" if $type eq 'b';
	return $text if $type ne 't' && $text =~ /^-?[0-9.]+$/;
	return "'" . $text =~ s/'/''/gr . "'";
}

# As JSON.
sub json_of
{
	my ($value) = @_;
	return 'null' unless defined $value;
	return literal($value) if literal($value) !~ /^'/;
	return '"' . $value->[1] =~ s/(["\\])/\\$1/gr . '"';
}

# Whether SQLite takes a text for a number.
sub is_number { return $_[0] =~ /^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i; }

# A number as SQLite stores it.
sub number
{
	my ($text) = @_;
	my $number = $text + 0;
	return $number == int($number) ? ['i', sprintf '%d', $number]
		: ['n', sprintf '%.15g', $number];
}

# What a column of SQLite makes of a value.
sub stored
{
	my ($column, $value) = @_;
	return $value unless defined $value && $column->{affinity};
	my ($type, $text) = @$value;
	return ['t', $text] if $column->{affinity} eq 'text' && $type =~ /[in]/;
	return number($text)
		if $column->{affinity} eq 'number' && ($type =~ /[in]/ || $type eq 't' && is_number($text));
	return $value;
}

# A text by which values of a column are equal, or else differ; the value may be
# of another column that refers to this one.
sub canonical
{
	my ($column, $value) = @_;
	my ($type, $text) = @{ stored($column, $value) };
	return "b$text" if $type eq 'b';
	if (($column->{class} // '') eq 'number' || $type =~ /[in]/)
	{
		return 'NaN' if $text eq 'NaN';
		return 'n' . ($text + 0 || 0);
	}
	my $collation = $column->{collation} // '';
	$text = $text =~ tr/A-Z/a-z/r if $collation eq 'nocase';
	$text =~ s/ +$// if $collation eq 'rtrim' || $column->{type} =~ /^char\(/;
	return "t$text";
}

# Compares stored values as SQLite does, or as PostgreSQL two integers or texts
# of collation "C"; undef if one is null.
sub compare
{
	my ($left, $right) = @_;
	my %rank = (i => 0, n => 0, t => 1, b => 2);
	return undef unless defined $left && defined $right;
	return $rank{ $left->[0] } <=> $rank{ $right->[0] } || (
		$left->[0] =~ /[in]/ ? $left->[1] <=> $right->[1] : $left->[1] cmp $right->[1]);
}

# A value that a column takes; of few different ones, so that they repeat.
sub random_value
{
	my ($column) = @_;
	my $type = $column->{type};
	if ($type eq 'range')
	{
		my $start = int rand 90;
		return ['t', "[$start," . ($start + pick(1 .. 3)) . ')'];
	}
	return ['i', pick(-3 .. 30)] if $type =~ /int/;
	return ['t', pick(qw(2020-01-01 2020-02-29 1999-12-31 0044-03-15))] if $type eq 'date';
	return ['t', sprintf '00000000-0000-4000-8000-%012d', pick(1 .. 20)] if $type eq 'uuid';
	return ['n', pick('NaN', '-0', '1.5', '1.50', '7', '7.0', pick(1 .. 20))]
		if $type =~ /^(numeric|float8)/;
	return ['n', pick(1 .. 20) . pick('', '.5')] if $type eq 'real' || $type eq 'numeric';
	return pick(['i', pick(1 .. 20)], ['t', pick(1 .. 20)], ['b', sprintf '%02x', pick(48 .. 57)])
		if $type eq '' || $type eq 'any';
	return ['t', pick(qw(a b c d e A B Ab aB)) . pick('', '', ' ', "'", 'x')];
}

1;
