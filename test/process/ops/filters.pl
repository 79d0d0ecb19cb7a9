# A table with hostile names and values, random filters with more of them, and a
# model that evaluates the filters: prints a script, or judges its output.
#
# usage: filters.pl SEED COUNT (postgresql | sqlite)	prints the script
#        filters.pl SEED COUNT judge <OUTPUT	prints what differs
use strict;
use warnings;
no warnings 'nonchar';
use utf8;
use Encode;
use JSON::PP;

my ($seed, $count, $what) = @ARGV;
srand($seed);
binmode(STDOUT, ':utf8');
binmode(STDIN, ':utf8');
my $json = JSON::PP->new->canonical->allow_nonref;

my @hostile = (
	"'", '"', "''", '""', "'; drop table hostile; --", '"; drop table hostile; --', '/*', '*/', '--', '$1', '$$', ':id', '?1', '@x', '%', '_', '\\', '\\\\', '%\\%%',
	'*', '?', '[', ']', '[a-z]', '[^x]', '{', '}', '{"real": "1"}', '\\x00', "\n", "\t", "\x01", "\x{7f}", 'null', 'true', '1', '1.0', '1e3', '-1', '', ' ', 'A', 'a', 'Z',
	"\x{e9}", "\x{c9}", "\x{130}", "\x{df}", "\x{fffd}", "\x{1f600}", "\x{202e}", "\x{0301}", 'a b', 'ab', 'AB', 'aB', '1=1', ') or (1=1', 'select 1', "E'\\''", "x'00'", '0x1');
my @names = ('id', "an \"int\" '; --", 'te"xt', "num'ber", 'any', 'bo$1ol');
my @kinds = qw(int int text number text bool);

sub pick { $_[int(rand(@_))] }
sub chance { rand() < $_[0] }

sub random_text
{
	return join('', map { pick(@hostile) } 1 .. int(rand(4)));
}

sub random_value
{
	my ($kind) = @_;
	return int(rand(10)) - 3 if $kind eq 'int';
	return (int(rand(40)) - 20) / 4 if $kind eq 'number';
	return chance(0.5) ? JSON::PP::true : JSON::PP::false if $kind eq 'bool';
	return random_text();
}

# ---- the table ----

my @rows = map {
	my $id = $_;
	[$id, map { chance(0.15) ? undef : random_value($_) } @kinds[1 .. $#kinds]]
} 1 .. 60;

sub quote_name { my $n = shift; $n =~ s/"/""/g; return "\"$n\"" }
sub quote_text { my $n = shift; $n =~ s/'/''/g; return "'$n'" }

# JSON in a literal; everything but ASCII letters may be an escape.
sub document
{
	my ($value) = @_;
	my $text = $json->encode($value);
	$text =~ s/([^\x20-\x7e])/join('', map { sprintf('\\u%04x', $_) } unpack('n*', encode('UTF-16BE', $1)))/ge if chance(0.5);
	return quote_text($text);
}

# ---- filters and their truth: 1, 0, or undef ----

sub negate { defined $_[0] ? !$_[0] || 0 : undef }

sub all_of
{
	my $result = 1;
	for (@_) { return 0 if defined && !$_; $result = undef if !defined }
	return $result;
}

sub any_of { return negate(all_of(map { negate($_) } @_)) }

sub compare
{
	my ($kind, $left, $right) = @_;
	return encode('utf8', $left) cmp encode('utf8', $right) if $kind eq 'text';
	return ($left ? 1 : 0) <=> ($right ? 1 : 0) if $kind eq 'bool';
	return $left <=> $right;
}

sub ascii_lower { my $t = shift; $t =~ tr/A-Z/a-z/; return $t }

# The regular expression of a pattern of LIKE; undef if it is not valid.
sub pattern
{
	my ($text) = @_;
	my $regex = '';
	while ($text =~ /\G(\\?)(.|\z)/gs)
	{
		return undef if $1 && $2 eq '';
		last if $2 eq '';
		$regex .= !$1 && $2 eq '%' ? '.*' : !$1 && $2 eq '_' ? '.' : quotemeta($2);
	}
	return qr/\A$regex\z/s;
}

# A condition on a column: the JSON, and a function of the value; undef: an error.
sub condition
{
	my ($kind) = @_;
	my $value = random_value($kind);
	my $op = pick(qw(plain plain eq ne lt lte gt gte in not_in between is_null like ilike contains starts_with));
	$op = pick(qw(eq ne in)) if $op =~ /like|contains|starts/ && $kind ne 'text';
	my %order = (lt => sub { $_[0] < 0 }, lte => sub { $_[0] <= 0 }, gt => sub { $_[0] > 0 }, gte => sub { $_[0] >= 0 }, eq => sub { $_[0] == 0 }, plain => sub { $_[0] == 0 }, ne => sub { $_[0] != 0 });
	return (undef, sub { !defined $_[0] || 0 }) if $op eq 'plain' && chance(0.2);
	# a number with a fraction in a column of integers
	$value += 0.5 if $kind eq 'int' && chance(0.1);
	if ($order{$op})
	{
		my $test = sub { defined $_[0] ? $order{$op}->(compare($kind, $_[0], $value)) || 0 : undef };
		return ($op eq 'plain' ? $value : { $op => $value }, $test);
	}
	if ($op eq 'in' || $op eq 'not_in')
	{
		my @list = map { chance(0.15) ? undef : random_value($kind) } 1 .. int(rand(4));
		my $test = sub {
			my ($v) = @_;
			my $found = any_of(map { !defined ? (!defined $v || 0) : defined $v ? (compare($kind, $v, $_) == 0 || 0) : undef } @list);
			return $op eq 'in' ? $found : negate($found);
		};
		return ({ $op => \@list }, $test);
	}
	if ($op eq 'between')
	{
		my $other = random_value($kind);
		return ({ between => [$value, $other] },
			sub { defined $_[0] ? (compare($kind, $_[0], $value) >= 0 && compare($kind, $_[0], $other) <= 0) || 0 : undef });
	}
	if ($op eq 'is_null')
	{
		my $wanted = chance(0.5);
		return ({ is_null => $wanted ? JSON::PP::true : JSON::PP::false }, sub { (defined $_[0] xor $wanted) || 0 });
	}
	return ({ contains => $value }, sub { defined $_[0] ? index($_[0], $value) >= 0 || 0 : undef }) if $op eq 'contains';
	return ({ starts_with => $value }, sub { defined $_[0] ? index($_[0], $value) == 0 || 0 : undef }) if $op eq 'starts_with';
	my $regex = pattern($op eq 'ilike' ? ascii_lower($value) : $value);
	return ({ $op => $value }, undef) if !$regex;
	return ({ $op => $value }, sub { defined $_[0] ? (($op eq 'ilike' ? ascii_lower($_[0]) : $_[0]) =~ $regex) || 0 : undef });
}

# An object of filters, and its truth for a row; undef: an error.
sub filters
{
	my ($depth) = @_;
	my (%object, @tests);
	my $bad = 0;
	for (1 .. int(rand(3)) + ($depth == 0))
	{
		my $sort = $depth < 3 ? rand() : 1;
		if ($sort < 0.2)
		{
			my ($inner, $test) = filters($depth + 1);
			next if exists $object{not};
			$bad = 1 if !$test;
			$object{not} = $inner;
			push @tests, sub { negate($test->(@_)) };
		}
		elsif ($sort < 0.4)
		{
			next if exists $object{any};
			my @list = map { [filters($depth + 1)] } 1 .. int(rand(3));
			$bad = 1 if grep { !$_->[1] } @list;
			$object{any} = [map { $_->[0] } @list];
			push @tests, sub { my @row = @_; any_of(map { $_->[1]->(@row) } @list) };
		}
		elsif ($sort < 0.42)
		{
			my $name = random_text();
			next if grep { $_ eq $name } @names, 'not';
			$bad = 1;
			$object{$name} = random_text();
		}
		else
		{
			my $place = int(rand(@names));
			next if exists $object{ $names[$place] };
			my ($value, $test) = condition($kinds[$place]);
			$bad = 1 if !$test;
			$object{ $names[$place] } = $value;
			push @tests, sub { $test->($_[$place]) };
		}
	}
	return (\%object, undef) if $bad;
	return (\%object, sub { my @row = @_; all_of(map { $_->(@row) } @tests) });
}

my @questions = map { [filters(0)] } 1 .. $count;

# ---- the script ----

if ($what ne 'judge')
{
	my $pg = $what eq 'postgresql';
	my %types = (int => 'integer', number => 'double precision', bool => 'boolean', text => $pg ? 'text collate "C"' : 'text');
	print q{create table "hos'tile""" (}, join(', ', map { quote_name($names[$_]) . " $types{$kinds[$_]}" . ($_ ? '' : ' primary key') } 0 .. $#names), ");\n";
	for my $row (@rows)
	{
		my %members = map { $names[$_] => $row->[$_] } 0 .. $#names;
		print "select dbops_insert('\"hos''tile\"\"\"', ", document(\%members), ") is null;\n";
	}
	for my $i (0 .. $#questions)
	{
		print "select '=== $i';\nselect dbops_select('\"hos''tile\"\"\"', ", document({ filters => $questions[$i][0], columns => ['id'], limit => 1000 }), ");\n";
	}
	# a character that neither engine has in text
	print "select '=== ", scalar(@questions), "';\nselect dbops_count('\"hos''tile\"\"\"', '{\"te\\\"xt\": \"a\\u0000b\"}');\n";
	print "select '=== end';\nselect count(*) from \"hos'tile\"\"\";\n";
	exit;
}

my %answers;
my $at = 'start';
my $problems = 0;
while (my $line = <STDIN>)
{
	if ($line =~ /^=== (\S+)$/) { $at = $1 }
	else { $answers{$at} .= $line }
}
for my $i (0 .. $#questions)
{
	my ($object, $test) = @{ $questions[$i] };
	my $got = $answers{$i} // 'nothing';
	my $wanted = $test ? '{"next": null, "rows": [' . join(', ', map { "{\"id\": $_->[0]}" } grep { $test->(@$_) } @rows) . "], \"total\": null}\n" : 'an error';
	next if $test ? $got eq $wanted : $got =~ /^(psql:.*)?(Runtime |Parse )?(e|E)rror|ERROR/;
	print 'filters ', $json->encode($object), "\nwanted $wanted", ($test ? '' : "\n"), "got $got";
	$problems++;
}
print 'NUL was accepted: ', $answers{ scalar(@questions) } // 'nothing', "\n" if ($answers{ scalar(@questions) } // '') !~ /error/i;
print 'rows at the end: ', $answers{end} // 'none', "\n" if ($answers{end} // '') ne scalar(@rows) . "\n";
print "$problems problems\n" if $problems;
