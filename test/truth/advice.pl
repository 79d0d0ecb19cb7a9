#!/usr/bin/perl
# Whether the indexes of dbhealth_advise() are good ones: data and queries in the
# manner of TPC-H, and joins in orders that depend on an index.  For each query,
# the time without indexes, with those advised, and with the best index of one or
# two columns, found by building all of those whose columns the query names.
# Advice must not make a query slower by more than 5 %, and must save 80 % of what
# the best index saves.  Prints TAP, a test per query, with the times.
#
# usage: test/truth/advice.pl sqlite|postgresql [SCALE [times|costs [QUERY]]]
#
# SCALE (0.01) is that of TPC-H: 1 has 6 million rows in the largest table.  Instead
# of times, costs can be compared, which do not depend on the load of the machine:
# those of EXPLAIN, and on SQLite thousands of steps of its virtual machine.  QUERY
# is the number of one, from 1.  PostgreSQL is the server the environment names,
# where the database advice becomes a new one.
use strict;
use warnings;
use FindBin;
use Time::HiRes;

my ($name, $scale, $unit, $only) = @ARGV;
die "usage: $0 sqlite|postgresql [SCALE [times|costs [QUERY]]]\n" unless ($name // '') =~ /^(sqlite|postgresql)$/;
$scale //= 0.01;
$unit = ($unit // 'times') eq 'costs' ? 'cost' : 'ms';
my $sqlite = $name eq 'sqlite';
my $directory = "build/check/advice";
my $database = $sqlite ? "$directory/advice.db" : 'advice';
my $library = $ENV{DBCARE_SQLITE} // './sqlite_ext/dbcare';
# two milliseconds are noise; a cost of ten, or 5 %, is not worth an index
my ($tolerance, $least_share, $noise) = (1.05, 0.8, $unit eq 'cost' ? 10 : 2);

# Runs SQL; returns the lines that it prints.
sub run
{
	my ($sql) = @_;
	my $command = $sqlite ? "sqlite3 -batch -init /dev/null -list $database" : 'psql -qAtX -v ON_ERROR_STOP=1 -d advice';
	open my $handle, '>', "$directory/run.sql" or die "$directory/run.sql: $!\n";
	print $handle $sql, "\n";
	close $handle;
	my @lines = split /\n/, `$command <$directory/run.sql 2>&1`;
	die "$sql\n@lines\n" if $? || grep { /^(ERROR|Parse error|Runtime error)/ } @lines;
	return @lines;
}

# The milliseconds of a query, the least of some runs; or its cost, between other
# statements.
sub measure
{
	my ($query, $first, $last) = (@_, '', '');
	if ($unit eq 'cost')
	{
		my @lines = run($sqlite ? "$first\n.stats vmstep\n$query\n.stats off\n$last" : "$first explain $query $last");
		return $sqlite ? (map { /^VM-steps: (\d+)/ ? $1 / 1000 : () } @lines)[0]
			: $lines[0] =~ /\.\.([\d.]+) rows/ ? $1 : die "@lines\n";
	}
	my $timed = $sqlite ? ".output /dev/null\npragma cache_size = -400000;\n.timer on\n" . "$query\n" x 4
		: "\\o /dev/null\n\\timing on\n" . "$query\n" x 8;
	my @times = map { $sqlite ? (/user ([\d.]+) sys ([\d.]+)/ ? ($1 + $2) * 1000 : ()) : (/^Time: ([\d.]+) ms/ ? $1 : ()) } run($timed);
	return (sort { $a <=> $b } @times)[0];
}

# ---- data ----

sub date
{
	my ($day) = @_;
	my @t = gmtime(694224000 + 86400 * $day); # 1992-01-01
	return sprintf '%04d-%02d-%02d', $t[5] + 1900, $t[4] + 1, $t[3];
}

sub between { return $_[0] + int rand($_[1] - $_[0] + 1); }

# Writes the rows of a table to a file and loads them.
sub load
{
	my ($table, $count, $row) = @_;
	open my $handle, '>', "$directory/$table.csv" or die "$!\n";
	for my $i (1 .. $count)
	{
		print $handle join(',', @$_), "\n" for $row->($i);
	}
	close $handle;
	run($sqlite ? ".mode csv\n.import $directory/$table.csv $table" : "\\copy $table from '$directory/$table.csv' csv");
	unlink "$directory/$table.csv";
}

sub make_data
{
	my $comment = 'some words that nobody reads in a report';
	my ($suppliers, $customers, $parts, $orders) = map { int $_ * $scale } 10000, 150000, 200000, 1500000;
	srand 1;
	load('region', 5, sub { [$_[0], "region $_[0]", $comment] });
	load('nation', 25, sub { [$_[0], "nation $_[0]", 1 + $_[0] % 5, $comment] });
	load('supplier', $suppliers, sub { [$_[0], "supplier $_[0]", 'street', between(1, 25), "phone $_[0]", between(-999, 9999), $comment] });
	load('customer', $customers, sub { [$_[0], "customer $_[0]", 'street', between(1, 25), "phone $_[0]", between(-999, 9999), 'segment ' . between(1, 5), $comment] });
	load('part', $parts, sub { [$_[0], "part $_[0]", 'maker ' . between(1, 5), 'brand ' . between(1, 25), 'type ' . between(1, 150), between(1, 50), 'box ' . between(1, 40), between(900, 2000), $comment] });
	load('partsupp', $parts, sub { my $p = $_[0]; map { [$p, 1 + ($p + $_ * int($suppliers / 4)) % $suppliers, between(1, 9999), between(1, 1000), $comment] } 0 .. 3 });
	my @ordered;
	# a third of the customers orders nothing
	load('orders', $orders, sub {
		my $day = between(0, 2405);
		$ordered[ $_[0] ] = $day;
		my $customer = between(1, $customers);
		$customer-- if $customer % 3 == 0;
		[$_[0], $customer, $day < 1260 ? 'F' : between(0, 9) ? 'O' : 'P', between(1000, 100000), date($day), 'priority ' . between(1, 5), 'clerk ' . between(1, 1000 * $scale + 50), 0, $comment];
	});
	load('lineitem', $orders, sub {
		my $o = $_[0];
		map {
			my $ship = $ordered[$o] + between(1, 121);
			my $p = between(1, $parts);
			[$o, $_, $p, 1 + ($p + between(0, 3) * int($suppliers / 4)) % $suppliers, between(1, 50), between(900, 100000), between(0, 10) / 100, between(0, 8) / 100,
				$ship < 1260 ? (between(0, 1) ? 'R' : 'A') : 'N', $ship < 1260 ? 'F' : 'O', date($ship), date($ordered[$o] + between(30, 90)), date($ship + between(1, 30)), 'instruct ' . between(1, 4), 'mode ' . between(1, 7), $comment];
		} 1 .. between(1, 7);
	});
}

# ---- indexes ----

my %table_of = (r => 'region', n => 'nation', s => 'supplier', c => 'customer', p => 'part', ps => 'partsupp', o => 'orders', l => 'lineitem');

# The indexes of one and two columns that a query names.
sub pairs
{
	my ($query) = @_;
	my (%columns, @pairs);
	$columns{ $table_of{$1} }{"$1_$2"} = 1 while $query =~ /\b(ps|[rnscpol])_([a-z]+)\b/g;
	for my $table (sort keys %columns)
	{
		my @names = sort keys %{ $columns{$table} };
		for my $first (@names)
		{
			push @pairs, [$table, $first], map { [$table, "$first, $_"] } grep { $_ ne $first } @names;
		}
	}
	return @pairs;
}

sub uses
{
	my ($query, $index) = @_;
	return grep { /\b$index\b/ } run(($sqlite ? 'explain query plan ' : 'explain ') . $query);
}

# The least time with an index of at most two columns, and its columns.
sub try_all
{
	my ($query, $before) = @_;
	my ($best, $which) = ($before, 'none');
	for my $pair (pairs($query))
	{
		my ($table, $columns) = @$pair;
		my ($make, $drop) = ("create index tried on $table ($columns); analyze $table;", 'drop index tried;');
		my $time = $before;
		if ($unit eq 'cost') { $time = measure($query, $make, $drop); }
		else
		{
			run($make);
			$time = measure($query) if uses($query, 'tried');
			run($drop);
		}
		($best, $which) = ($time, "$table ($columns)") if $time < $best;
	}
	return ($best, $which);
}

# The statements that are advised.
sub advise
{
	my ($query) = @_;
	(my $text = $query) =~ s/'/''/g;
	my @rows = run(($sqlite ? ".load $library\n" : '') . "select index_sql from dbhealth_advise('$text');");
	return map { s/ CONCURRENTLY//r } @rows;
}

# ---- the test ----

system('mkdir', '-p', $directory) == 0 or die "cannot make $directory\n";
my ($schema, $queries) = map { open my $handle, '<', "$FindBin::Bin/advice/$_.sql" or die "$_: $!\n"; local $/; <$handle> } 'schema', 'queries';
if ($sqlite) { unlink $database; }
else
{
	system('psql', qw(-qX -d postgres -c), 'set client_min_messages = warning', '-c', 'drop database if exists advice', '-c', 'create database advice') == 0 or die "cannot make a database\n";
	# the data is in memory
	run('alter database advice set random_page_cost = 1.1; create extension dbcare;');
}
run($schema);
make_data();
# as autovacuum leaves it: without VACUUM no scan reads an index only
run($sqlite ? 'analyze;' : 'vacuum analyze;');
my ($number, $failures) = (0, 0);
$| = 1;
while ($queries =~ /^-- (.*)\n((?:(?!--).*\n)+)/mg)
{
	my ($title, $query) = ($1, $2);
	$query =~ s/\n(?=.)/ /g;
	$number++;
	next if $only && $number != $only;
	run('analyze;');
	my $before = measure($query);
	my $started = Time::HiRes::time();
	my @advice = advise($query);
	my $spent = Time::HiRes::time() - $started;
	run("@advice analyze;");
	my $after = @advice ? measure($query) : $before;
	/INDEX (\S+)/ && run("drop index $1;") for @advice;
	my ($best, $which) = try_all($query, $before);
	my $ignored = $noise > 0.05 * $before ? $noise : 0.05 * $before;
	my $good = $after <= $before * $tolerance + $noise && $before - $after >= $least_share * ($before - $best) - $ignored;
	$failures += !$good;
	printf "%s %d - %s: %.1f %s, advised %.1f, best %.1f\n", $good ? 'ok' : 'not ok', $number, $title, $before, $unit, $after, $best;
	printf "#   %.1f s for: %s\n#   best: %s\n", $spent, join(' ', @advice) || 'nothing', $which;
}
print "1..$number\n" unless $only;
exit($failures ? 1 : 0);
