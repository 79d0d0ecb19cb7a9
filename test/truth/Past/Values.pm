# Values of histories: what columns hold, how SQL writes it, and how it is read back.
#
# A value is a text that tells every value of its kind from every other one: the sign
# of a zero, NUL characters, how a number is spelled, and the type.  The engine itself
# says at the beginning which text a literal has, so that the model needs no rules of
# spelling.
package Past;
use strict;
use warnings;

# Numbers that the log has as texts may be spelled otherwise: 1 is 1.0.
my $like_real = qr/^-?(?:\d+(?:\.\d*)?(?:e[-+]?\d+)?|Infinity)$/i;

# equal: which values of a key are the same one
my %sqlite = (
	int => { values => [0 .. 8, '9223372036854775807', '-9223372036854775808'] },
	text => { values => [ "'p'", "'q'", "'it''s'", "''", "'x \"y\"'", "'ü'", "'12'", "cast(x'610062' as text)", "cast(x'ff61' as text)",
		"'{\"a\": 1}'", "'" . 'long ' x 9 . "'" ] },
	real => { values => [ '0.1', '1.0', '9e999', '-9e999', '5e-324', '0.1 + 0.2', '1e300', '-2.5' ] },
	numeric => { values => [ '1', '1.5', "'text'", "x'00'", '1e300', '123456789012345678' ] },
	blob => { values => [ "x''", "x'00ff'", "x'7b7d'", "'text'", '5', 'zeroblob(30)' ] },
	# old: the literals that retention policies take for old ones
	time => { sql => 'timestamp', values => [ "'2020-01-02 03:04:05'", "'2999-01-01'", "'unreadable'", 0, '20200102', '1577934245', '4102444800', '2440588.5', "x'32'" ], old => qr/2020-|^1577934245$|^2440588/ },
	any => { sql => '', values => [ '5', '5.0', "'5'", "x'35'", '9e999', "''", "x''", "cast(x'00' as text)", '0.1 + 0.2' ] },
	key_int => { sql => 'int', values => [0 .. 11] },
	key_text => { sql => 'text', values => [ map { "'k$_'" } 0 .. 8, '', ' x', '"', "''" ] },
	key_case => { sql => 'text collate nocase', values => [ "'Ab'", "'aB'", "'c'", "'D'", "'d'", "'E'", "'f'", "'5'" ], equal => 'case' },
	key_any => { sql => '', values => [ '1', '2.0', "'1'", "'2'", "x'31'", '3.5', "''", "x''", "'true'" ], equal => 'number' },
);
my %postgresql = (
	int => { values => [0 .. 8, 2147483647, "'-2147483648'"] },
	text => { values => [ "'p'", "'q'", "'it''s'", "''", "'x \"y\"'", "'ü'", "'12'", "e'\\x01'", "e'a\\\\nb'", "'{\"a\": 1}'",
		"'" . 'long ' x 9 . "'" ] },
	float8 => { values => [ "'0.1'", "'-0'", "'0'", "'Infinity'", "'-Infinity'", "'NaN'", "'5e-324'", "'1e300'", "'0.30000000000000004'" ] },
	numeric => { values => [ '1.5', '1.50', "'NaN'", "'Infinity'", '0.000', "'1e300'", '-12345678901234567890.123456789' ] },
	bytea => { values => [ "'\\x'", "'\\x00ff'", "'text'" ] },
	timestamptz => { values => [ "'infinity'", "'-infinity'", "'2020-02-29 12:00:00.123456+00'", "'0044-03-15 00:00:00+00 BC'", "'2999-01-01 00:00:00+00'" ],
		old => qr/-infinity|2020|0044/ },
	boolean => { values => [ "'t'", "'f'" ] },
	jsonb => { values => [ "'null'", "'{}'", "'{\"a\": 1.50}'", "'\"x\"'" ] },
	json => { values => [ "'{\"a\":1,  \"a\":2}'", "'null'", "' [1]'" ] },
	mood => { values => [ "'one'", "'two'", "'it''s'" ] },
	'int[]' => { values => [ "'{}'", "'{1,NULL,3}'", "'[0:1]={5,6}'", "'{{1},{2}}'" ] },
	small => { values => [1 .. 5] },
	point => { values => [ "'(0,-0)'", "'(1,2)'" ] },
	'char(4)' => { values => [ "'ab'", "''", "'abcd'" ] },
	pair => { values => [ "'(1,x)'", "'(,)'", "'(2,\"\")'" ] },
	key_int => { sql => 'int', values => [0 .. 11] },
	key_text => { sql => 'text', values => [ map { "'k$_'" } 0 .. 8, '', ' x', '"', "''" ] },
	key_case => { sql => 'text collate past_nocase', values => [ "'Ab'", "'aB'", "'c'", "'D'", "'d'", "'E'", "'f'", "'5'" ], equal => 'case' },
	key_numeric => { sql => 'numeric', values => [ '1', '1.0', '1.50', '1.5', '2', "'NaN'", '3e20' ], equal => 'number' },
	key_time => { sql => 'timestamptz', values => [ map { "'2020-01-0$_ 00:00:00.12345$_+00'" } 1 .. 8 ] },
	key_bytes => { sql => 'bytea', values => [ "'\\x'", "'\\x00'", "'\\x5c'", "'\\xff'", "'abc'" ] },
);

# An expression that gives the value of an expression.
sub exact
{
	my ($self, $sql) = @_;
	return "case when num_nulls($sql) = 1 then 'n' else 'v' || encode(convert_to(format('%s', $sql), 'UTF8'), 'hex') end" if !$self->{sqlite};
	return "case typeof($sql) when 'null' then 'n' when 'real' then 'r' || hex(ieee754_to_blob($sql)) when 'integer' then 'i' || $sql"
		. " else substr(typeof($sql), 1, 1) || hex($sql) end";
}

# The text that the log has of a value: its type in JSON and its bytes.
sub logged_text
{
	my ($self, $kind, $value, $text) = @_;
	return 'null' if $value eq 'n';
	return 'real ' . sprintf '%.17g', pack 'H*', $text if $kind !~ /int$/ && $value !~ ($self->{sqlite} ? qr/^[ibr]/ : qr/^n/) && pack('H*', $text) =~ $like_real;
	return ($kind eq 'int' || $kind eq 'key_int' ? 'number ' : $kind eq 'boolean' ? 'bool ' : 'string ') . $text if !$self->{sqlite};
	return 'real ' . sprintf '%.17g', 0 + unpack 'd>', pack 'H*', $1 if $value =~ /^r(.*)/ && $1 ne '8000000000000000';
	# SQLite writes -0.0 as text without the sign
	return 'real 0' if $value eq 'r8000000000000000';
	return $value =~ /^i/ ? "number $text" : $value =~ /^b/ ? 'string 5c78' . unpack('H*', lc substr $value, 1) : "string $text";
}

# Asks the engine how it stores and shows the values of all kinds.
sub learn_values
{
	my ($self) = @_;
	my $kinds = $self->{sqlite} ? \%sqlite : \%postgresql;

	$self->do("create type mood as enum ('one', 'two', 'it''s'); create domain small as int check (value < 100); create type pair as (a int, b text);\n"
		. "create collation past_nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);") if !$self->{sqlite};
	for my $kind (sort keys %$kinds)
	{
		my ($type, @literals) = ($kinds->{$kind}{sql} // $kind, 'null', @{ $kinds->{$kind}{values} });
		my $hex = $self->{sqlite} ? 'lower(hex(cast(v as text)))' : "coalesce(encode(convert_to(format('%s', v), 'UTF8'), 'hex'), '')";
		my $n = 0;
		my @lines = $self->do("create temp table probe (n int, v $type);\ninsert into probe values " . join(', ', map { $n++; "($n, $_)" } @literals)
			. ";\nselect " . $self->exact('v') . " || ' ' || $hex from probe order by n;\ndrop table probe;");
		$self->{kinds}{$kind} = { type => $type, equal => $kinds->{$kind}{equal} // '', old => $kinds->{$kind}{old}, values => [] };
		for my $literal (@literals)
		{
			my ($value, $text) = split / /, shift @lines;
			$text //= '';
			$text = unpack 'H*', pack('H*', $text) eq 't' ? 'true' : 'false' if $kind eq 'boolean' && pack('H*', $text) =~ /^[tf]$/;
			my $known = { literal => $literal, text => $self->logged_text($kind, $value, $text), plain => $text, old => $kinds->{$kind}{old} && scalar($literal =~ $kinds->{$kind}{old}) };
			push @{ $self->{kinds}{$kind}{values} }, $value if !$self->{kinds}{$kind}{of}{$value} && $value ne 'n';
			$self->{kinds}{$kind}{of}{$value} //= $known;
		}
	}
}

# How SQL writes a value of a column.
sub literal
{
	my ($self, $column, $value) = @_;
	my $known = $self->{kinds}{ $column->{kind} }{of}{$value} // die "no literal of $column->{kind} for $value\n";
	return $self->{sqlite} || $value eq 'n' ? $known->{literal} : "$known->{literal}::$self->{kinds}{ $column->{kind} }{type}";
}

# A text that equal values of a key share.
sub equal
{
	my ($self, $column, $value) = @_;
	my $kind = $self->{kinds}{ $column->{kind} };
	my $text = pack 'H*', $kind->{of}{$value}{plain};
	return lc $text if $kind->{equal} eq 'case';
	return $value if $kind->{equal} ne 'number' || $self->{sqlite} && $value !~ /^[ir]/;
	return 'number ' . ($text + 0);
}

sub random_value
{
	my ($self, $column) = @_;
	return 'n' if rand() < .2 && !$column->{not_null};
	return pick(@{ $self->{kinds}{ $column->{kind} }{values} });
}

# A kind for a column, or for one of a key.
sub random_kind
{
	my ($self, $is_key) = @_;
	return pick(grep { $is_key ? /^key/ : !/^key/ } sort keys %{ $self->{kinds} });
}

# The same of a value in JSON as logged_text().
sub json_text
{
	my ($value) = @_;
	return 'null' if !defined $value;
	return 'bool ' . unpack('H*', $value ? 'true' : 'false') if JSON::PP::is_bool($value);
	if (ref $value eq 'HASH' && keys %$value == 1)
	{
		return "string $value->{text}" if defined $value->{text};
		return "string 5c78" . unpack('H*', $value->{blob}) if defined $value->{blob};
		return 'real ' . ($value->{real} == 0 ? 0 : sprintf '%.17g', $value->{real}) if defined $value->{real};
	}
	my $text = "$value";
	my $is_number = !ref $value && JSON::PP->new->allow_nonref->encode($value) !~ /^"/ || ref $value;
	return 'real ' . sprintf '%.17g', $text if !$is_number && $text =~ $like_real;
	utf8::encode($text) if utf8::is_utf8($text);
	return ($is_number ? 'number ' : 'string ') . unpack('H*', $text);
}

1;
