#!/usr/bin/perl
# Random tables, statements, ALTERs, migrations, rebuilds, holds, purges, marks and
# retention policies, and a model of the rows outside the database: whether deleted rows,
# a restored batch, an undone change, an archive and a table of the past have the rows and
# values that the model has, or are refused.  What
# has not changed since in a way that leaves doubt must not be refused.  Prints TAP, a
# test per history.
#
# usage: test/truth/past.pl ENGINE [COUNT [SEED [STEPS]]]
#
# ENGINE is postgresql, on the server the environment (PGHOST, ...) names, where the
# database past becomes a new one, or sqlite.  COUNT (5) histories of STEPS (60) steps
# are made from SEED on: history N is always the same.  What is found wrong names the
# file with its SQL.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Past;

# hashes have an order that does not change
if (!defined $ENV{PERL_HASH_SEED})
{
	@ENV{qw(PERL_HASH_SEED PERL_PERTURB_KEYS)} = (0, 0);
	exec $^X, $0, @ARGV;
}

my ($name, $count, $seed, $steps) = @ARGV;
die "usage: $0 postgresql|sqlite [COUNT [SEED [STEPS]]]\n" unless ($name // '') =~ /^(postgresql|sqlite)$/;
$count //= 5;
$seed //= time % 1_000_000;
$steps //= 60;
my $directory = 'build/check/past';
my $failed = 0;
my %seen;

system('mkdir', '-p', $directory) == 0 or die "cannot make $directory\n";
$| = 1;
print "1..$count\n";
for my $i (1 .. $count)
{
	my $number = $seed + $i - 1;
	my $file = "$directory/$name.$number.sql";
	my $past = Past->new($name, $file, "$directory/$name.$number.db");
	srand $number;
	my $complaint = eval { $past->run($steps, $number); '' };
	$complaint = $@ if $@;
	$past->end;
	$seen{$_} += $past->{seen}{$_} for keys %{ $past->{seen} };
	$failed = 1 if $complaint;
	print $complaint ? 'not ' : '', "ok $i - $name history $number\n", map { "# $file: $_\n" } split /\n/, $complaint;
	unlink $file, map { "$directory/$name.$number.db$_" } '', '.rows' unless $complaint;
	system 'rm', '-rf', "$directory/$name.$number.db.files" unless $complaint;
}
print '# seen: ', join(', ', map { "$_ $seen{$_}" } sort keys %seen), "\n";
exit $failed;
