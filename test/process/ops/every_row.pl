# Random filters for every_row.sh.
#
# usage: every_row.pl SEED COUNT ENGINE	the script
#        every_row.pl SEED COUNT judge	the problems of its output
#
# The table has each combination of the values that filters name, of others below,
# between and above them, and of nulls: filters that match all its rows match every row
# of any table.
use strict;
use warnings;

my ($seed, $count, $what) = @ARGV;
srand($seed);

my %values = (
	id => [qw(-9223372036854775808 1 2 9223372036854775807)],
	n => [qw(1 2 1e30 -1e30)],
	s => ['""', '"a"', '"b"'],
	b => [qw(true false)],
);
my @columns = sort keys %values;

sub any_of { return $_[ int rand @_ ] }

sub value
{
	my ($column) = @_;
	return any_of(@{ $values{$column} });
}

sub test
{
	my ($column) = @_;
	my $list = join ', ', map { rand() < 0.15 ? 'null' : value($column) } 1 .. int rand 4;
	my @tests = (
		'"eq": ' . value($column), '"ne": ' . value($column),
		'"is_null": ' . any_of('true', 'false'),
		'"in": [' . $list . ']', '"not_in": [' . $list . ']',
		'"eq": null', '"ne": null');

	push @tests, map { "\"$_\": " . value($column) } qw(lt lte gt gte)
		if $column ne 'b';
	push @tests, '"between": [' . value($column) . ', ' . value($column) . ']'
		if $column ne 'b';
	push @tests, map { "\"$_\": " . any_of('""', '"a"', '"%"', '"%%"') }
		qw(like ilike contains starts_with)
		if $column eq 's';
	return any_of(@tests);
}

sub filter
{
	my ($depth) = @_;
	my %members;

	for (1 .. int rand 3)
	{
		my $kind = $depth > 0 ? rand() : 1;
		my $column = any_of(@columns);

		if ($kind < 0.25) { $members{not} = filter($depth - 1) }
		elsif ($kind < 0.6)
		{
			$members{any} = '[' . join(', ', map { filter($depth - 1) } 1 .. int rand 4) . ']';
		}
		elsif (rand() < 0.2) { $members{$column} = any_of('null', value($column)) }
		else
		{
			my %tests = map { /^("\w+"): (.*)/s } map { test($column) } 1 .. int rand 3;
			$members{$column} = '{' . join(', ', map { "$_: $tests{$_}" } sort keys %tests) . '}';
		}
	}
	return '{' . join(', ', map { "\"$_\": $members{$_}" } sort keys %members) . '}';
}

my @filters = map { filter(3) } 1 .. $count;

if ($what ne 'judge')
{
	my $integer = $what eq 'sqlite' ? 'integer' : 'bigint';
	my $bool = $what eq 'sqlite' ? 'bool' : 'boolean';

	print "create table t (id $integer not null, n $integer, s text not null, b $bool not null);\n";
	print "insert into t select id, n, s, b from\n",
		"(select -9223372036854775808 as id union all select 0 union all select 1 union all select 2 union all select 3 union all select 9223372036854775807) as i,\n",
		"(select null as n union all select 0 union all select 1 union all select 2 union all select 3) as j,\n",
		"(select '' as s union all select '0' union all select 'a' union all select 'aa' union all select 'b' union all select 'zz') as k,\n",
		'(select ', $what eq 'sqlite' ? '1' : 'true', ' as b union all select ', $what eq 'sqlite' ? '0' : 'false', ") as l;\n";
	for (0 .. $#filters)
	{
		print "select 'filter $_';\nselect 'left ' || (360 - dbops_count('t', '$filters[$_]'));\n",
			"begin;\nselect 'done' where dbops_delete('t', '$filters[$_]') is not null;\nrollback;\n";
	}
	exit;
}

my (%left, %answer, $number);
while (<STDIN>)
{
	if (/^filter (\d+)/) { $number = $1 }
	elsif (/^left (\d+)/) { $left{$number} = $1 }
	elsif (/^done/) { $answer{$number} = 'done' }
	elsif (/match every row|filters are empty/) { $answer{$number} = 'refused' }
	elsif (/^(?:ERROR|Error|Runtime error|Parse error).*/) { $answer{$number} //= $_ }
}
my ($refused, $needless) = (0, 0);
for (0 .. $#filters)
{
	my $answer = $answer{$_} // 'none';

	if (!defined $left{$_} || $answer !~ /^(done|refused)$/) { print "$filters[$_]: $answer\n" }
	elsif ($left{$_} == 0 && $answer eq 'done') { print "matches every row: $filters[$_]\n" }
	$refused++ if $answer eq 'refused';
	$needless++ if $answer eq 'refused' && ($left{$_} // 0) > 0;
}
print STDERR "# $refused of $count filters refused, $needless of them leave rows\n";
