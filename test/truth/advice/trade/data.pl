# The tables of TPC-H, filled in the manner of its specification.
use strict;
use warnings;

sub date
{
	my ($day) = @_;
	my @t = gmtime(694224000 + 86400 * $day); # 1992-01-01
	return sprintf '%04d-%02d-%02d', $t[5] + 1900, $t[4] + 1, $t[3];
}

sub between { return $_[0] + int rand($_[1] - $_[0] + 1); }

sub {
	my ($load, $scale) = @_;
	my $comment = 'some words that nobody reads in a report';
	my ($suppliers, $customers, $parts, $orders) = map { int $_ * $scale } 10000, 150000, 200000, 1500000;
	srand 1;
	$load->('region', 5, sub { [$_[0], "region $_[0]", $comment] });
	$load->('nation', 25, sub { [$_[0], "nation $_[0]", 1 + $_[0] % 5, $comment] });
	$load->('supplier', $suppliers, sub { [$_[0], "supplier $_[0]", 'street', between(1, 25), "phone $_[0]", between(-999, 9999), $comment] });
	$load->('customer', $customers, sub { [$_[0], "customer $_[0]", 'street', between(1, 25), "phone $_[0]", between(-999, 9999), 'segment ' . between(1, 5), $comment] });
	$load->('part', $parts, sub { [$_[0], "part $_[0]", 'maker ' . between(1, 5), 'brand ' . between(1, 25), 'type ' . between(1, 150), between(1, 50), 'box ' . between(1, 40), between(900, 2000), $comment] });
	$load->('partsupp', $parts, sub { my $p = $_[0]; map { [$p, 1 + ($p + $_ * int($suppliers / 4)) % $suppliers, between(1, 9999), between(1, 1000), $comment] } 0 .. 3 });
	my @ordered;
	# a third of the customers orders nothing
	$load->('orders', $orders, sub {
		my $day = between(0, 2405);
		$ordered[ $_[0] ] = $day;
		my $customer = between(1, $customers);
		$customer-- if $customer % 3 == 0;
		[$_[0], $customer, $day < 1260 ? 'F' : between(0, 9) ? 'O' : 'P', between(1000, 100000), date($day), 'priority ' . between(1, 5), 'clerk ' . between(1, 1000 * $scale + 50), 0, $comment];
	});
	$load->('lineitem', $orders, sub {
		my $o = $_[0];
		map {
			my $ship = $ordered[$o] + between(1, 121);
			my $p = between(1, $parts);
			[$o, $_, $p, 1 + ($p + between(0, 3) * int($suppliers / 4)) % $suppliers, between(1, 50), between(900, 100000), between(0, 10) / 100, between(0, 8) / 100,
				$ship < 1260 ? (between(0, 1) ? 'R' : 'A') : 'N', $ship < 1260 ? 'F' : 'O', date($ship), date($ordered[$o] + between(30, 90)), date($ship + between(1, 30)), 'instruct ' . between(1, 4), 'mode ' . between(1, 7), $comment];
		} 1 .. between(1, 7);
	});
};
